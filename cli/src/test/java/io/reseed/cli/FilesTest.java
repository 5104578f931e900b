package io.reseed.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.cli.files.ShardsFile;
import io.reseed.cli.invocation.CliException;
import io.reseed.cli.topics.TopicsFile;
import io.reseed.cli.topics.TopicsPlan;
import io.reseed.cli.topics.TopicsPlan.Actual;
import io.reseed.cli.topics.TopicsPlan.Change;
import io.reseed.events.BackupPolicy;
import io.reseed.events.ShardDeclared;
import io.reseed.events.Topic;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

public class FilesTest {
  private static final Path DEPLOYED = Cli.ROOT.resolve("deploy/topics.yaml");

  @TempDir private Path folder;

  @Test
  void theDeployedFileNamesExactlyTheTopicsEachWithItsCleanup() {
    TopicsFile file = TopicsFile.read(DEPLOYED);

    assertThat(file.settings()).containsOnlyKeys(Topic.values());
    assertThat(file.prefix()).isEmpty();
    assertThat(file.partitions()).isEqualTo(12);
    assertThat(file.replicationFactor()).isEqualTo((short) -1);
    file.settings()
        .forEach(
            (topic, settings) -> {
              assertThat(settings).containsEntry("cleanup.policy", cleanup(topic));
              assertThat(settings.containsKey("retention.ms"))
                  .as(topic + " has a retention exactly if it is cleaned up by age")
                  .isEqualTo(topic.cleanup() == Topic.Cleanup.DELETE);
            });
  }

  @Test
  void aTopicsFileIsRefusedWithEverythingThatIsWrong() throws IOException {
    String text =
        Files.readString(DEPLOYED)
            .replace("partitions: 12", "partitions: 0")
            .replace("  primary-failed:", "  primary-fail:")
            .replaceFirst("cleanup.policy: compact", "cleanup.policy: delete");

    assertThatThrownBy(() -> TopicsFile.read(write(text)))
        .isInstanceOf(CliException.class)
        .hasMessageContainingAll(
            "'partitions' must be between",
            "unknown key 'primary-fail'",
            "does not name 'primary-failed'",
            "shard-declared must have cleanup.policy: compact");
  }

  @Test
  void brokenYamlAndDuplicateKeysAreRefused() throws IOException {
    Path broken = write("a: [");
    assertThatThrownBy(() -> TopicsFile.read(broken)).hasMessageContaining("no readable YAML");
    Path duplicate = write("partitions: 1\npartitions: 2\n");
    assertThatThrownBy(() -> TopicsFile.read(duplicate)).hasMessageContaining("no readable YAML");
    assertThatThrownBy(() -> TopicsFile.read(folder.resolve("none")))
        .hasMessageContaining("cannot read");
  }

  @Test
  void shardsAreReadWithTheFieldsOfTheEvent() throws IOException {
    Path file =
        write(
            """
            shards:
              - shard: commerce/-80
                replicasDesired: 2
                servers: [db1:3306, "db2:3306"]
              - {shard: commerce/80-, replicasDesired: 0, servers: [db3:3306]}
            """);

    assertThat(ShardsFile.read(file))
        .containsExactly(
            new ShardDeclared(
                ShardName.parse("commerce/-80"),
                2,
                List.of(ServerAddress.parse("db1:3306"), ServerAddress.parse("db2:3306")),
                null),
            new ShardDeclared(
                ShardName.parse("commerce/80-"),
                0,
                List.of(ServerAddress.parse("db3:3306")),
                null));
  }

  @Test
  void shardsAreRefusedWithEverythingThatIsWrong() throws IOException {
    Path file =
        write(
            """
            shard: x
            shards:
              - {shard: a/b, replicasDesired: 1, servers: [db1:3306], color: red}
              - {shard: a, replicasDesired: 1, servers: [db1:3306]}
              - {shard: a/b, replicasDesired: "2", servers: [db1:3306]}
              - {shard: a/b, replicasDesired: 1, servers: []}
              - {shard: a/b, replicasDesired: 1, servers: [db1:3306]}
            """);

    assertThatThrownBy(() -> ShardsFile.read(file))
        .isInstanceOf(CliException.class)
        .hasMessageContainingAll(
            "unknown key 'shard'",
            "shards[0] has the unknown key 'color'",
            "shards[1]: field 'shard' must be",
            "shards[2]: field 'replicasDesired' must be",
            "shards[3]: field 'servers' must name",
            "a/b is declared twice");
    assertThatThrownBy(() -> ShardsFile.read(write("shards: []")))
        .hasMessageContaining("at least one entry");
  }

  @Test
  void aPolicyIsReadWithDurationsAsPeopleWriteThem() throws IOException {
    Path file =
        write(
            """
            shards:
              - shard: a/1
                replicasDesired: 2
                servers: [db1:3306]
                backups:
                  interval: 24h
                  jitter: 30m
                  readBack: false
                  tableCheckCycles: 7
                  contentCheckCycles: 28
                  spared: [db3:3306]
              - {shard: a/2, replicasDesired: 2, servers: [db2:3306], backups: {cron: "30 2 * * 0"}}
            """);

    assertThat(ShardsFile.read(file))
        .extracting(ShardDeclared::backups)
        .containsExactly(
            new BackupPolicy(
                86_400L, 1_800L, null, false, 7, 28, List.of(ServerAddress.parse("db3:3306"))),
            new BackupPolicy(null, null, "30 2 * * 0", null, null, null, null));
  }

  @Test
  void aPolicyIsRefusedWithEverythingThatIsWrong() throws IOException {
    Path file =
        write(
            """
            shards:
              - shard: a/1
                replicasDesired: 2
                servers: [db1:3306]
                backups: {interval: 0s, jitter: 30, cron: "61 * * * *", readBack: 1, color: red,
                          tableCheckCycles: 0, contentCheckCycles: many, spared: [db3]}
              - {shard: a/2, replicasDesired: 2, servers: [db1:3306], backups: 24h}
              - {shard: a/3, replicasDesired: 2, servers: [db1:3306],
                 backups: {interval: 7d, cron: "0 2 * * *"}}
              - {shard: a/4, replicasDesired: 2, servers: [db1:3306],
                 backups: {cron: 5, spared: db3, interval: 400d}}
            """);

    assertThatThrownBy(() -> ShardsFile.read(file))
        .isInstanceOf(CliException.class)
        .hasMessageContainingAll(
            "shards[0].backups has the unknown key 'color'",
            "shards[0].backups: 'interval' must be at least 1",
            "shards[0].backups: 'jitter' must be a duration like 90s, 30m, 24h or 7d",
            "shards[0].backups: 'cron' must be five crontab fields",
            "shards[0].backups: 'readBack' must be true or false",
            "shards[0].backups: 'tableCheckCycles' must be between",
            "shards[0].backups: 'contentCheckCycles' must be a whole number",
            "shards[0].backups: 'spared' must be 'host:port'",
            "shards[1].backups must have keys of its own",
            "shards[2].backups: 'cron' cannot be given together",
            "shards[3].backups: 'cron' must be a text",
            "shards[3].backups: 'spared' must be a list",
            "shards[3].backups: 'interval' must be at most");
  }

  @Test
  void thePlanNamesWhatIsMissingWhatDiffersAndWhatCannotBeChanged() {
    TopicsFile file = TopicsFile.read(DEPLOYED);
    Map<Topic, Actual> existing = new EnumMap<>(Topic.class);
    file.settings().forEach((topic, settings) -> existing.put(topic, new Actual(12, settings)));
    assertThat(TopicsPlan.compare(file, existing).isEmpty()).isTrue();

    existing.remove(Topic.DEAD_LETTERS);
    Map<String, String> other =
        new HashMap<>(file.settings().getOrDefault(Topic.PRIMARY_FAILED, Map.of()));
    other.put("retention.ms", "5");
    existing.put(Topic.PRIMARY_FAILED, new Actual(6, other));

    TopicsPlan plan = TopicsPlan.compare(file, existing);
    assertThat(plan.missing()).containsExactly(Topic.DEAD_LETTERS);
    assertThat(plan.changes())
        .containsExactly(new Change(Topic.PRIMARY_FAILED, "retention.ms", "5", "604800000"));
    assertThat(plan.problems())
        .singleElement()
        .asString()
        .contains("primary-failed has 6 partitions", "must not be changed");
  }

  private static String cleanup(Topic topic) {
    return switch (topic.cleanup()) {
      case DELETE -> "delete";
      case COMPACT -> "compact";
    };
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("file.yaml"), text);
  }
}
