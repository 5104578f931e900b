package io.reseed.kafka;

import org.apache.kafka.common.utils.Utils;

/**
 * Where a key lies: murmur2 of its UTF-8 bytes, as Java's own producer does it. Whatever else
 * writes a topic that a service reads as {@link InputTopic#partitionedByShard} must do the same.
 */
public final class ShardPartitioner {
  private ShardPartitioner() {}

  /** The partition of a key in a topic of so many partitions. */
  public static int partition(String key, int partitions) {
    return Utils.toPositive(Utils.murmur2(Publication.utf8(key))) % partitions;
  }
}
