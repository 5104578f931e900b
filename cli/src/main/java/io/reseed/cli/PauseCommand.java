package io.reseed.cli;

import io.reseed.cli.connection.Connection;
import io.reseed.cli.connection.EventSender;
import io.reseed.cli.connection.Kafka;
import io.reseed.cli.fleet.Fleet;
import io.reseed.cli.fleet.FleetReader;
import io.reseed.cli.invocation.CliException;
import io.reseed.events.HostStatus;
import io.reseed.events.Topic;
import io.reseed.events.WorkPaused;
import io.reseed.fleet.PauseScope;
import io.reseed.fleet.ShardName;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code reseed pause}: nothing new is begun somewhere for a while. */
@Command(
    name = "pause",
    mixinStandardHelpOptions = true,
    description =
        "Begins no replica and no backup for a shard, a cluster or on a host, for a while. What is"
            + " under way goes on.")
public final class PauseCommand implements Callable<Integer> {
  private static final Set<Topic> PICTURES =
      Set.of(Topic.SHARD_DECLARED, Topic.SHARD_STATUS, Topic.BACKUP_STATUS, Topic.HOST_STATUS);

  @Spec private @Nullable CommandSpec spec;
  @Mixin private final Connection connection = new Connection();

  @ArgGroup(multiplicity = "1")
  private @Nullable ScopeOptions where;

  @Option(
      names = "--for",
      required = true,
      paramLabel = "<duration>",
      description = "90s, 30m, 24h or 7d; it ends by itself then.")
  private @Nullable Duration length;

  @Option(names = "--reason", required = true, paramLabel = "<text>")
  private @Nullable String reason;

  @Mixin private final PublisherOption publisher = new PublisherOption();

  @Override
  public Integer call() {
    Kafka kafka = connection.kafka();
    PauseScope scope = Objects.requireNonNull(where).scope();
    try (FleetReader reader = new FleetReader(kafka, PICTURES, Set.of())) {
      refuseUnknown(scope, reader.look());
    }
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Instant until = now.plus(Objects.requireNonNull(length));
    publish(
        kafka, new WorkPaused(scope, Objects.requireNonNull(reason), publisher.name(), now, until));
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    out.println("nothing new is begun for %s until %s".formatted(scope, until));
    return 0;
  }

  static void publish(Kafka kafka, WorkPaused pause) {
    new EventSender(kafka).publish(List.of(pause));
  }

  /** A mistyped name would pause nothing, and read as if it did. */
  static void refuseUnknown(PauseScope scope, Fleet fleet) {
    boolean known =
        switch (scope.kind()) {
          case SHARD -> {
            fleet.refuseUnseen(Set.of(ShardName.parse(scope.name())));
            yield true;
          }
          case CLUSTER ->
              Stream.concat(
                      fleet.declared(Set.of()).stream().map(it -> it.shard().cluster()),
                      fleet.shards(Set.of()).stream().map(it -> it.shard().cluster()))
                  .anyMatch(scope.name()::equals);
          case HOST -> fleet.hosts().stream().map(HostStatus::host).anyMatch(scope.name()::equals);
        };
    if (!known) {
      throw CliException.failed(
          "nobody knows " + scope, "see the names of shards and hosts with 'reseed status'");
    }
  }
}
