package io.reseed.cli.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.reseed.cli.invocation.Durations;
import io.reseed.events.BackupPolicy;
import io.reseed.fleet.InvalidFieldException;
import io.reseed.fleet.ServerAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The entry {@code backups} of a shard in a file of shard declarations: the fields of the event,
 * with durations as people write them.
 */
public final class PolicyEntry {
  private static final Set<String> FIELDS =
      Set.of(
          "interval",
          "jitter",
          "cron",
          "readBack",
          "tableCheckCycles",
          "contentCheckCycles",
          "spared");

  private final YamlFile file;
  private final String where;
  private final JsonNode entry;
  private boolean sound = true;

  private PolicyEntry(YamlFile file, String where, JsonNode entry) {
    this.file = file;
    this.where = where;
    this.entry = entry;
  }

  /** Reads the policy, or notes at {@code file} all that is wrong and returns null. */
  static @Nullable BackupPolicy read(YamlFile file, String where, JsonNode entry) {
    if (!entry.isObject()) {
      file.problem(where + " must have keys of its own, e.g. interval: 24h");
      return null;
    }
    file.checkKeys(where, entry, FIELDS);
    return new PolicyEntry(file, where, entry).policy();
  }

  private @Nullable BackupPolicy policy() {
    Long interval = field("interval", PolicyEntry::seconds);
    Long jitter = field("jitter", PolicyEntry::seconds);
    String cron = field("cron", PolicyEntry::text);
    Boolean readBack = field("readBack", PolicyEntry::truth);
    Integer tables = field("tableCheckCycles", PolicyEntry::number);
    Integer contents = field("contentCheckCycles", PolicyEntry::number);
    List<ServerAddress> spared = field("spared", PolicyEntry::servers);
    // each by itself, too: a policy as a whole names its first problem only
    checked(() -> new BackupPolicy(interval, null, null, null, null, null, null));
    checked(() -> new BackupPolicy(null, jitter, null, null, null, null, null));
    checked(() -> new BackupPolicy(null, null, cron, null, null, null, null));
    checked(() -> new BackupPolicy(null, null, null, null, tables, null, null));
    checked(() -> new BackupPolicy(null, null, null, null, null, contents, spared));
    if (!sound) {
      return null;
    }
    return checked(
        () -> new BackupPolicy(interval, jitter, cron, readBack, tables, contents, spared));
  }

  private interface Reading<T> {
    T read();
  }

  private <T> @Nullable T field(String name, Function<JsonNode, T> reading) {
    JsonNode node = entry.path(name);
    return node.isMissingNode() ? null : checked(() -> read(name, node, reading));
  }

  private static <T> T read(String name, JsonNode node, Function<JsonNode, T> reading) {
    try {
      return reading.apply(node);
    } catch (InvalidFieldException invalid) {
      throw new InvalidFieldException("backups." + name, invalid.rule());
    }
  }

  private <T> @Nullable T checked(Reading<T> reading) {
    try {
      return reading.read();
    } catch (InvalidFieldException invalid) {
      sound = false;
      // as the file's keys are called
      String key = invalid.field().replaceFirst("^backups\\.", "").replaceFirst("Seconds$", "");
      file.problem("%s: '%s' %s".formatted(where, key, invalid.rule()));
      return null;
    }
  }

  private static Long seconds(JsonNode node) {
    return Durations.parse(node.asText())
        .map(Duration::toSeconds)
        .orElseThrow(() -> new InvalidFieldException("", Durations.RULE));
  }

  private static String text(JsonNode node) {
    if (!node.isTextual()) {
      throw new InvalidFieldException("", "must be a text of five crontab fields");
    }
    return node.textValue();
  }

  private static Boolean truth(JsonNode node) {
    if (!node.isBoolean()) {
      throw new InvalidFieldException("", "must be true or false");
    }
    return node.booleanValue();
  }

  private static Integer number(JsonNode node) {
    if (!node.isInt()) {
      throw new InvalidFieldException("", "must be a whole number");
    }
    return node.intValue();
  }

  private static List<ServerAddress> servers(JsonNode node) {
    if (!node.isArray()) {
      throw new InvalidFieldException("", "must be a list of host:port");
    }
    List<ServerAddress> servers = new ArrayList<>();
    node.forEach(server -> servers.add(ServerAddress.parse(server.asText())));
    return servers;
  }
}
