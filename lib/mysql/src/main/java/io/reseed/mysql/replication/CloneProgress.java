package io.reseed.mysql.replication;

/**
 * How far a clone is.
 *
 * @param stage MySQL's name of it, such as {@code FILE COPY}
 * @param bytesDone copied so far, all stages
 * @param bytesTotal MySQL's estimate, 0 while unknown
 */
public record CloneProgress(String stage, long bytesDone, long bytesTotal) {}
