package io.reseed.cli;

import io.reseed.cli.connection.Connection;
import io.reseed.cli.connection.EventSender;
import io.reseed.cli.connection.Kafka;
import io.reseed.cli.fleet.FleetReader;
import io.reseed.cli.invocation.CliException;
import io.reseed.events.Topic;
import io.reseed.fleet.ShardName;
import java.io.Console;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code reseed forget}: takes a shard out of Reseed's care. */
@Command(
    name = "forget",
    mixinStandardHelpOptions = true,
    description = "Takes a shard out of Reseed's care; no server and no backup is touched by that.")
public final class ForgetCommand implements Callable<Integer> {
  private static final Set<Topic> PICTURES =
      Set.of(Topic.SHARD_DECLARED, Topic.BACKUP_STATUS, Topic.SHARD_STATUS);

  @Spec private @Nullable CommandSpec spec;
  @Mixin private final Connection connection = new Connection();

  @Option(names = "--shard", required = true, paramLabel = "<cluster/shard>")
  private @Nullable ShardName shard;

  @Option(
      names = {"-y", "--yes"},
      description = "Without asking: required where nobody can be asked.")
  private boolean yes;

  @Override
  public Integer call() {
    ShardName named = Objects.requireNonNull(shard);
    CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
    Kafka kafka = connection.kafka();
    try (FleetReader reader = new FleetReader(kafka, PICTURES, Set.of())) {
      reader.look().refuseUnseen(Set.of(named));
    }
    if (!yes && !confirmed(named, commandLine)) {
      commandLine.getOut().println(named + " stays declared");
      return CliException.FAILED;
    }
    new EventSender(kafka).publishTombstone(Topic.SHARD_DECLARED, named.toString());
    commandLine.getOut().println(named + " is declared no longer");
    return 0;
  }

  private static boolean confirmed(ShardName named, CommandLine commandLine) {
    Console console =
        Optional.ofNullable(System.console())
            .filter(Console::isTerminal)
            .orElseThrow(
                () ->
                    new ParameterException(
                        commandLine,
                        "Nobody can be asked here whether " + named + " may go: give --yes"));
    String answer =
        console.readLine(
            "No repair and no backup will be made for %s any longer. Forget it? [y/N] ", named);
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
  }
}
