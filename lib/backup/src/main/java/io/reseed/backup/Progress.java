package io.reseed.backup;

/**
 * How far a snapshot or restore is.
 *
 * @param bytesDone bytes of files done, all-zero ranges included; never falls within one run, and
 *     starts above zero when a run resumes an earlier one
 * @param bytesTotal bytes of files to do
 * @param bytesTransferred compressed bytes sent to or read from the store in this run
 */
public record Progress(long bytesDone, long bytesTotal, long bytesTransferred) {}
