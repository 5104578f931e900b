package io.reseed.backup.format;

/**
 * A pack that a manifest's extents lie in; it may have been written by an older backup.
 *
 * @param name relative to the shard, see {@link RepositoryLayout#packName}
 * @param sizeBytes the object's length
 */
public record PackEntry(String name, long sizeBytes) {}
