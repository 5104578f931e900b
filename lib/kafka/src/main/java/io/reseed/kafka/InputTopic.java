package io.reseed.kafka;

/**
 * A topic that a service reads.
 *
 * @param name of the topic
 * @param repartitioned whether records are first sent through an internal topic ({@code
 *     <application id>-<name>-by-shard-repartition}) so that each lies on its shard's partition
 */
public record InputTopic<I>(String name, RecordDecoder<I> decoder, boolean repartitioned) {

  /**
   * A topic that only Reseed writes, partitioned by shard as {@link ShardPartitioner} does it. The
   * shard that the decoder names must be the one the record was partitioned by.
   */
  public static <I> InputTopic<I> partitionedByShard(String name, RecordDecoder<I> decoder) {
    return new InputTopic<>(name, decoder, false);
  }

  /**
   * A topic that outsiders write, too: a record may lie on any partition, under any key (librdkafka
   * partitions by CRC32, Java by murmur2). The shard that the decoder reads from the payload
   * decides to which machine it goes.
   */
  public static <I> InputTopic<I> fromOutsiders(String name, RecordDecoder<I> decoder) {
    return new InputTopic<>(name, decoder, true);
  }
}
