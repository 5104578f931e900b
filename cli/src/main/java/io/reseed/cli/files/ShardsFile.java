package io.reseed.cli.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.reseed.events.BackupPolicy;
import io.reseed.events.ShardDeclared;
import io.reseed.fleet.InvalidFieldException;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file of shard declarations: a list {@code shards} whose entries have the fields of the event,
 * {@code shard}, {@code replicasDesired}, {@code servers} and, if it has a policy of its own,
 * {@code backups}.
 */
public final class ShardsFile {
  private static final Set<String> FIELDS =
      Set.of("shard", "replicasDesired", "servers", "backups");

  private ShardsFile() {}

  /** Reads all declarations, or names all that is wrong. */
  public static List<ShardDeclared> read(Path path) {
    YamlFile file = YamlFile.read(path);
    file.checkKeys("the file", file.root(), Set.of("shards"));
    JsonNode shards = file.root().path("shards");
    if (!shards.isArray() || shards.isEmpty()) {
      file.problem("it needs a list 'shards' with at least one entry");
    }
    List<ShardDeclared> declarations = new ArrayList<>();
    Set<ShardName> seen = new HashSet<>();
    for (int i = 0; i < shards.size(); i++) {
      JsonNode entry = shards.get(i);
      String where = "shards[" + i + "]";
      file.checkKeys(where, entry, FIELDS);
      BackupPolicy backups =
          entry.has("backups")
              ? PolicyEntry.read(file, where + ".backups", entry.path("backups"))
              : null;
      try {
        ShardDeclared declared = declaration(entry, backups);
        declarations.add(declared);
        if (!seen.add(declared.shard())) {
          file.problem(declared.shard() + " is declared twice");
        }
      } catch (InvalidFieldException invalid) {
        file.problem(where + ": " + invalid.getMessage());
      }
    }
    file.refuseProblems();
    return declarations;
  }

  private static ShardDeclared declaration(JsonNode entry, @Nullable BackupPolicy backups) {
    List<ServerAddress> servers = new ArrayList<>();
    for (JsonNode server : entry.path("servers")) {
      servers.add(ServerAddress.parse(server.asText()));
    }
    JsonNode replicas = entry.path("replicasDesired");
    if (!replicas.isInt()) {
      throw new InvalidFieldException("replicasDesired", "must be a whole number");
    }
    return new ShardDeclared(
        ShardName.parse(entry.path("shard").asText()), replicas.intValue(), servers, backups);
  }
}
