package io.reseed.cli;

import io.reseed.cli.connection.Connection;
import io.reseed.cli.connection.Kafka;
import io.reseed.cli.fleet.Fleet;
import io.reseed.cli.fleet.FleetReader;
import io.reseed.cli.invocation.OutputFormat;
import io.reseed.cli.output.EventJson;
import io.reseed.cli.output.StatusText;
import io.reseed.events.Topic;
import io.reseed.fleet.ShardName;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code reseed status}: shards, servers, seedings in flight, hosts, backups. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows shards and servers, seedings in flight, hosts, and backups.")
public final class StatusCommand implements Callable<Integer> {
  private static final Set<Topic> TAILS = Set.of(Topic.SEEDING_PROGRESS);

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

  @Option(names = "--watch", description = "Show it again and again, until Ctrl-C.")
  private boolean watch;

  @Option(
      names = "--interval",
      defaultValue = "2",
      paramLabel = "<seconds>",
      description = "Of --watch (default: ${DEFAULT-VALUE}).")
  private int intervalSeconds = 2;

  @Override
  public Integer call() throws InterruptedException {
    Kafka kafka = connection.kafka();
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (FleetReader reader = new FleetReader(kafka, Fleet.PICTURES, TAILS)) {
      Fleet fleet = reader.look();
      if (!watch) { // else it may come yet
        fleet.refuseUnseen(Set.copyOf(shards));
      }
      show(fleet, out);
      while (watch) {
        Thread.sleep(Duration.ofSeconds(Math.max(1, intervalSeconds)));
        show(reader.look(), out);
      }
      return 0;
    }
  }

  private void show(Fleet fleet, PrintWriter out) {
    Set<ShardName> only = Set.copyOf(shards);
    if (watch && output == OutputFormat.TEXT && CommandLine.Help.Ansi.AUTO.enabled()) {
      out.print(TerminalWriter.CLEAR_SCREEN);
    }
    out.println(
        switch (output) {
          case TEXT -> StatusText.of(fleet, only, Instant.now());
          case JSON -> new EventJson().status(fleet, only, Instant.now());
        });
    out.flush();
  }
}
