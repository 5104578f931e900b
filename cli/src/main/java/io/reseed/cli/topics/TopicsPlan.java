package io.reseed.cli.topics;

import io.reseed.events.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What separates the topics that are from those that the file wants. Pure.
 *
 * @param missing topics to create
 * @param changes per existing topic the settings to change
 * @param problems what nobody can change without harm
 */
public record TopicsPlan(List<Topic> missing, List<Change> changes, List<String> problems) {

  /** One setting that differs; {@code was} is null where the broker does not know it. */
  public record Change(Topic topic, String setting, @Nullable String was, String wanted) {}

  /** An existing topic. */
  public record Actual(int partitions, Map<String, String> settings) {}

  public static TopicsPlan compare(TopicsFile file, Map<Topic, Actual> existing) {
    List<Topic> missing = new ArrayList<>();
    List<Change> changes = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    file.settings()
        .forEach(
            (topic, settings) -> {
              Actual actual = existing.get(topic);
              if (actual == null) {
                missing.add(topic);
                return;
              }
              if (actual.partitions() != file.partitions()) {
                problems.add(
                    ("%s has %d partitions, the file says %d: the count must not be changed,"
                            + " because a shard's records would move to another partition than its"
                            + " past and its other topics; put %d into the file, or make new topics"
                            + " under another prefix")
                        .formatted(
                            topic.baseName(),
                            actual.partitions(),
                            file.partitions(),
                            actual.partitions()));
              }
              new TreeMap<>(settings)
                  .forEach(
                      (setting, wanted) -> {
                        String was = actual.settings().get(setting);
                        if (!wanted.equals(was)) {
                          changes.add(new Change(topic, setting, was, wanted));
                        }
                      });
            });
    return new TopicsPlan(missing, changes, problems);
  }

  public boolean isEmpty() {
    return missing.isEmpty() && changes.isEmpty() && problems.isEmpty();
  }
}
