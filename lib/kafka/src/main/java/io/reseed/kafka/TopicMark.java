package io.reseed.kafka;

import java.util.Map;
import java.util.TreeMap;

/**
 * How far a topic was seen: kept durably by who must not mistake a recreated or emptied topic for
 * one in which everything was withdrawn. Plain data, fit for JSON.
 *
 * @param topicId Kafka's id of the topic; a recreated topic has another
 * @param firstOffsets per partition, the offset at which it began; compaction alone never moves it
 * @param nextOffsets per partition, the offset after the last record seen
 */
public record TopicMark(
    String topicId, Map<Integer, Long> firstOffsets, Map<Integer, Long> nextOffsets) {

  public TopicMark {
    firstOffsets = Map.copyOf(firstOffsets);
    nextOffsets = Map.copyOf(nextOffsets);
  }

  @Override
  public String toString() {
    return "topic " + topicId + " up to " + new TreeMap<>(nextOffsets);
  }
}
