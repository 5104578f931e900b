package io.reseed.cli;

import io.reseed.cli.connection.Connection;
import io.reseed.cli.fleet.Fleet;
import io.reseed.cli.fleet.FleetReader;
import io.reseed.cli.invocation.OutputFormat;
import io.reseed.cli.output.BackupsText;
import io.reseed.cli.output.EventJson;
import io.reseed.fleet.ShardName;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code reseed backups}: the catalogue with each backup's degree of proof. */
@Command(
    name = "backups",
    mixinStandardHelpOptions = true,
    description = "Lists backups: how far each is proven, and by what.")
public final class BackupsCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private final Connection connection = new Connection();

  @Option(
      names = "--shard",
      paramLabel = "<cluster/shard>",
      description = "Only this shard; may be repeated.")
  private List<ShardName> shards = List.of();

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private OutputFormat output = OutputFormat.TEXT;

  @Option(
      names = "--evidence",
      description = "Show below each backup what proved it: origin, checks, seconds by stage.")
  private boolean evidence;

  @Override
  public Integer call() {
    Set<ShardName> only = Set.copyOf(shards);
    try (FleetReader reader =
        new FleetReader(connection.kafka(), Fleet.BACKUP_PICTURES, Set.of())) {
      Fleet fleet = reader.look();
      fleet.refuseUnknown(only);
      Objects.requireNonNull(spec)
          .commandLine()
          .getOut()
          .println(
              switch (output) {
                case TEXT -> BackupsText.of(fleet, only, Instant.now(), evidence);
                case JSON -> new EventJson().backups(fleet, only, Instant.now());
              });
      return 0;
    }
  }
}
