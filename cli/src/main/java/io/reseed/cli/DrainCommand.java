package io.reseed.cli;

import io.reseed.cli.connection.Connection;
import io.reseed.cli.connection.Kafka;
import io.reseed.cli.fleet.Fleet;
import io.reseed.cli.fleet.FleetReader;
import io.reseed.events.HostStatus;
import io.reseed.events.Topic;
import io.reseed.events.WorkPaused;
import io.reseed.fleet.PauseScope;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code reseed drain}: a host gets no further server. */
@Command(
    name = "drain",
    mixinStandardHelpOptions = true,
    description =
        "Gives a host no further server until 'reseed resume', and shows what it still holds.")
public final class DrainCommand implements Callable<Integer> {
  private static final Set<Topic> PICTURES = Set.of(Topic.HOST_STATUS);

  @Spec private @Nullable CommandSpec spec;
  @Mixin private final Connection connection = new Connection();

  @Parameters(paramLabel = "<host>")
  private @Nullable String host;

  @Option(names = "--reason", required = true, paramLabel = "<text>")
  private @Nullable String reason;

  @Mixin private final PublisherOption publisher = new PublisherOption();

  @Override
  public Integer call() {
    Kafka kafka = connection.kafka();
    PauseScope scope = new PauseScope(PauseScope.Kind.HOST, Objects.requireNonNull(host));
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (FleetReader reader = new FleetReader(kafka, PICTURES, Set.of())) {
      Fleet fleet = reader.look();
      PauseCommand.refuseUnknown(scope, fleet);
      Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
      PauseCommand.publish(
          kafka,
          new WorkPaused(scope, Objects.requireNonNull(reason), publisher.name(), now, null));
      out.println(
          "%s gets no further server until 'reseed resume --host %s'".formatted(host, host));
      fleet.hosts().stream()
          .filter(status -> status.host().equals(host))
          .forEach(status -> show(status, out));
    }
    return 0;
  }

  private static void show(HostStatus status, PrintWriter out) {
    status
        .servers()
        .forEach(
            held ->
                out.println(
                    "it holds %s of %s, %s".formatted(held.seeding(), held.shard(), held.state())));
    if (status.servers().isEmpty()) {
      out.println("it holds no server");
    }
  }
}
