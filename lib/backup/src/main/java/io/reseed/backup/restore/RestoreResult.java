package io.reseed.backup.restore;

import io.reseed.backup.format.Manifest;

/**
 * What a finished restore did.
 *
 * @param manifest of the backup, for the checks that follow
 * @param bytesRestored size of all files
 * @param bytesResumed part of it that earlier runs of this job had made durable
 * @param bytesTransferred compressed bytes read from the store in this run
 * @param extentsReadAgain of which what came first did not hold and what came next did: the store
 *     or the way to it spoils bytes
 */
public record RestoreResult(
    Manifest manifest,
    long bytesRestored,
    long bytesResumed,
    long bytesTransferred,
    long extentsReadAgain) {}
