package io.reseed.backup.format;

/**
 * One directory below a root; an empty schema's directory is needed, too.
 *
 * @param path below its named root
 * @param mode POSIX permission bits, e.g. {@code 0750}
 */
public record DirectoryEntry(RootedPath path, int mode) {}
