package io.reseed.cli.topics;

import io.reseed.cli.topics.TopicsPlan.Actual;
import io.reseed.cli.topics.TopicsPlan.Change;
import io.reseed.events.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;

/** Looks at the topics of one cluster and changes them; the caller bounds the time. */
public final class TopicsAdmin {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  private final Admin admin;
  private final String prefix;

  public TopicsAdmin(Admin admin, String prefix) {
    this.admin = admin;
    this.prefix = prefix;
  }

  /** The topics that exist. */
  public Map<Topic, Actual> existing() throws InterruptedException, ExecutionException {
    Set<String> names = admin.listTopics().names().get();
    List<Topic> there =
        Arrays.stream(Topic.values()).filter(topic -> names.contains(topic.name(prefix))).toList();
    var descriptions =
        admin
            .describeTopics(there.stream().map(topic -> topic.name(prefix)).toList())
            .allTopicNames()
            .get();
    Map<ConfigResource, Config> configs =
        admin.describeConfigs(there.stream().map(this::resource).toList()).all().get();
    Map<Topic, Actual> existing = new EnumMap<>(Topic.class);
    for (Topic topic : there) {
      Map<String, String> settings = new HashMap<>();
      configs
          .getOrDefault(resource(topic), new Config(List.of()))
          .entries()
          .forEach(entry -> settings.put(entry.name(), entry.value()));
      var description = descriptions.get(topic.name(prefix));
      if (description != null) {
        existing.put(topic, new Actual(description.partitions().size(), settings));
      }
    }
    return existing;
  }

  /**
   * Creates and changes what the plan says, and returns once the brokers show it: they learn of it
   * from the controller a moment later, and who starts right after must find the topics.
   */
  public void carryOut(TopicsPlan plan, TopicsFile file)
      throws InterruptedException, ExecutionException {
    if (!plan.missing().isEmpty()) {
      create(file, plan.missing());
    }
    if (!plan.changes().isEmpty()) {
      alter(plan.changes());
    }
    TopicsPlan left = plan;
    while (!left.missing().isEmpty() || !left.changes().isEmpty()) {
      Thread.sleep(LOOK_AGAIN);
      left = TopicsPlan.compare(file, existing());
    }
  }

  /** Creates {@code topics}; one that somebody else made in the meantime is no failure. */
  private void create(TopicsFile file, List<Topic> topics)
      throws InterruptedException, ExecutionException {
    List<NewTopic> wanted =
        topics.stream()
            .map(
                topic ->
                    new NewTopic(topic.name(prefix), file.partitions(), file.replicationFactor())
                        .configs(file.settings().get(topic)))
            .toList();
    for (var created : admin.createTopics(wanted).values().values()) {
      try {
        created.get();
      } catch (ExecutionException failed) {
        if (!(failed.getCause() instanceof TopicExistsException)) {
          throw failed;
        }
      }
    }
  }

  /** Changes the settings and no others. */
  private void alter(List<Change> changes) throws InterruptedException, ExecutionException {
    Map<ConfigResource, Collection<AlterConfigOp>> operations = new HashMap<>();
    for (Change change : changes) {
      operations
          .computeIfAbsent(resource(change.topic()), topic -> new ArrayList<>())
          .add(
              new AlterConfigOp(
                  new ConfigEntry(change.setting(), change.wanted()), AlterConfigOp.OpType.SET));
    }
    admin.incrementalAlterConfigs(operations).all().get();
  }

  private ConfigResource resource(Topic topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic.name(prefix));
  }
}
