package io.reseed.backup;

/**
 * How far a snapshot or restore is. A snapshot reads everything, so a resumed one begins at zero.
 *
 * @param bytesDone bytes of files done, all-zero ranges included; never falls within one run, and a
 *     restore's starts above zero when it resumes an earlier run
 * @param bytesTotal bytes of files to do
 * @param bytesTransferred compressed bytes sent to or read from the store in this run
 */
public record Progress(long bytesDone, long bytesTotal, long bytesTransferred) {}
