package io.reseed.cli;

import io.reseed.cli.connection.Connection;
import io.reseed.cli.connection.EventSender;
import io.reseed.cli.invocation.CliException;
import io.reseed.events.PrimaryFailed;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code reseed publish}: what a topology manager's hook calls. */
@Command(
    name = "publish",
    mixinStandardHelpOptions = true,
    description = "Publishes an event.",
    subcommands = PublishCommand.PrimaryFailedCommand.class)
public final class PublishCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    throw CliException.usage(
        "it is not said which event to publish",
        "try 'reseed publish primary-failed --help'; given were no arguments to "
            + Objects.requireNonNull(spec).qualifiedName());
  }

  /** {@code reseed publish primary-failed}. */
  @Command(
      name = "primary-failed",
      mixinStandardHelpOptions = true,
      description =
          "Says that a shard's primary is dead. Ends with 0 only once Kafka has it; may be repeated"
              + " without harm.")
  static final class PrimaryFailedCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;
    @Mixin private final Connection connection = new Connection();

    @Option(names = "--shard", required = true, paramLabel = "<cluster/shard>")
    private @Nullable ShardName shard;

    @Option(
        names = "--failed",
        required = true,
        paramLabel = "<host:port>",
        description = "The dead server, by the name that the fleet uses.")
    private @Nullable ServerAddress failed;

    @Option(
        names = "--promoted",
        paramLabel = "<host:port>",
        description = "Its successor, if there is one already.")
    private @Nullable ServerAddress promoted;

    @Option(names = "--reason", defaultValue = "reported by reseed publish", paramLabel = "<text>")
    private String reason = "";

    @Option(
        names = "--incident",
        paramLabel = "<id>",
        description = "The topology manager's own id of the recovery.")
    private @Nullable String incident;

    @Option(
        names = "--publisher",
        defaultValue = "reseed-cli",
        paramLabel = "<name>",
        description = "Who says so (default: ${DEFAULT-VALUE}).")
    private String publisher = "";

    @Override
    public Integer call() {
      PrimaryFailed event =
          new PrimaryFailed(
              Objects.requireNonNull(shard),
              Objects.requireNonNull(failed),
              promoted,
              reason,
              Instant.now(),
              incident,
              publisher);
      new EventSender(connection.kafka()).publish(List.of(event));
      Objects.requireNonNull(spec)
          .commandLine()
          .getOut()
          .printf("published primary-failed for %s: %s%n", event.shard(), event.failed());
      return 0;
    }
  }
}
