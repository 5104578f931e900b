package io.reseed.cli;

import io.reseed.cli.connection.Connection;
import io.reseed.cli.connection.EventSender;
import io.reseed.cli.connection.Kafka;
import io.reseed.cli.fleet.FleetReader;
import io.reseed.cli.invocation.CliException;
import io.reseed.events.Topic;
import io.reseed.fleet.PauseScope;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code reseed resume}: ends a pause, or a host's draining. */
@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    description = "Ends what 'reseed pause' or 'reseed drain' began.")
public final class ResumeCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private final Connection connection = new Connection();

  @ArgGroup(multiplicity = "1")
  private @Nullable ScopeOptions where;

  @Override
  public Integer call() {
    Kafka kafka = connection.kafka();
    PauseScope scope = Objects.requireNonNull(where).scope();
    try (FleetReader reader = new FleetReader(kafka, Set.of(Topic.WORK_PAUSED), Set.of())) {
      if (reader.look().paused(Instant.now()).stream().noneMatch(it -> it.scope().equals(scope))) {
        throw CliException.failed(
            scope + " is not paused",
            "see what is with 'reseed status': a cluster's pause is its own");
      }
    }
    new EventSender(kafka).publishTombstone(Topic.WORK_PAUSED, scope.toString());
    Objects.requireNonNull(spec).commandLine().getOut().println(scope + " goes on");
    return 0;
  }
}
