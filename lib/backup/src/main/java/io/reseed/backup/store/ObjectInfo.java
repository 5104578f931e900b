package io.reseed.backup.store;

import java.time.Instant;

/**
 * One object as the store lists it.
 *
 * @param key the whole key below the store's prefix
 * @param sizeBytes its length
 * @param etag the store's tag of this content; equal tags of one key mean equal content
 * @param modifiedAt by the store's clock
 */
public record ObjectInfo(String key, long sizeBytes, String etag, Instant modifiedAt) {}
