package io.reseed.cli;

import io.reseed.cli.connection.Connection;
import io.reseed.cli.connection.EventSender;
import io.reseed.cli.connection.Kafka;
import io.reseed.cli.fleet.FleetReader;
import io.reseed.cli.invocation.CliException;
import io.reseed.events.HostStatus;
import io.reseed.events.Topic;
import io.reseed.fleet.ShardName;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code reseed forget}: takes a shard, or a host that is gone, out of Reseed's care. */
@Command(
    name = "forget",
    mixinStandardHelpOptions = true,
    description = {
      "Takes a shard out of Reseed's care; no server and no backup is touched by that.",
      "Or a host that is gone for good: its last heartbeat goes, and nothing counts it any more."
    })
public final class ForgetCommand implements Callable<Integer> {
  private static final Set<Topic> PICTURES =
      Set.of(Topic.SHARD_DECLARED, Topic.BACKUP_STATUS, Topic.SHARD_STATUS);
  private static final Duration LOOK = Duration.ofMillis(500);

  @Spec private @Nullable CommandSpec spec;
  @Mixin private final Connection connection = new Connection();

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Subject subject = new Subject();

  @Option(
      names = "--silent-for",
      defaultValue = "20s",
      paramLabel = "<duration>",
      description =
          "Listen so long whether the host speaks, at least the services'"
              + " host-heartbeat-timeout (default: ${DEFAULT-VALUE}).")
  private Duration silentFor = Duration.ofSeconds(20);

  @Option(
      names = {"-y", "--yes"},
      description = "Without asking: required where nobody can be asked.")
  private boolean yes;

  /** What is to be forgotten. */
  static final class Subject {
    @Option(names = "--shard", required = true, paramLabel = "<cluster/shard>")
    private @Nullable ShardName shard;

    @Option(names = "--host", required = true, paramLabel = "<host>")
    private @Nullable String host;
  }

  @Override
  public Integer call() throws InterruptedException {
    String host = subject.host;
    return host == null ? forgetShard(Objects.requireNonNull(subject.shard)) : forgetHost(host);
  }

  private int forgetShard(ShardName named) {
    Kafka kafka = connection.kafka();
    try (FleetReader reader = new FleetReader(kafka, PICTURES, Set.of())) {
      reader.look().refuseUnseen(Set.of(named));
    }
    String consequence = "No repair and no backup will be made for " + named + " any longer.";
    if (!yes && !confirmed(named.toString(), consequence)) {
      out().println(named + " stays declared");
      return CliException.FAILED;
    }
    new EventSender(kafka).publishTombstone(Topic.SHARD_DECLARED, named.toString());
    out().println(named + " is declared no longer");
    return 0;
  }

  private int forgetHost(String named) throws InterruptedException {
    Kafka kafka = connection.kafka();
    try (FleetReader reader = new FleetReader(kafka, Set.of(Topic.HOST_STATUS), Set.of())) {
      HostStatus last =
          heartbeat(reader, named)
              .orElseThrow(
                  () ->
                      CliException.failed(
                          "no heartbeat of a host " + named + " is known",
                          "see the names of the hosts with 'reseed status'"));
      String consequence =
          "The last heartbeat of host %s (%d servers at %s) will be removed."
              .formatted(named, last.servers().size(), last.address());
      if (!yes && !confirmed(named, consequence)) {
        out().println(named + " stays known");
        return CliException.FAILED;
      }
      requireSilence(reader, last);
    }
    new EventSender(kafka).publishTombstone(Topic.HOST_STATUS, named);
    out().println(named + " is a host no longer");
    return 0;
  }

  private static Optional<HostStatus> heartbeat(FleetReader reader, String host) {
    return reader.look().hosts().stream().filter(one -> one.host().equals(host)).findFirst();
  }

  /** By our own clock: the host's may be wrong. */
  private void requireSilence(FleetReader reader, HostStatus last) throws InterruptedException {
    out().printf("listening for %d s whether %s speaks%n", silentFor.toSeconds(), last.host());
    out().flush();
    long sinceNanos = System.nanoTime();
    while (System.nanoTime() - sinceNanos < silentFor.toNanos()) {
      Thread.sleep(LOOK);
      if (heartbeat(reader, last.host()).filter(now -> !now.equals(last)).isPresent()) {
        throw CliException.failed(
            "host " + last.host() + " speaks: it is not gone",
            "stop its restore-service first; 'reseed drain' keeps new servers away from it");
      }
    }
  }

  private PrintWriter out() {
    return commandLine().getOut();
  }

  private CommandLine commandLine() {
    return Objects.requireNonNull(spec).commandLine();
  }

  private boolean confirmed(String named, String consequence) {
    Console console =
        Optional.ofNullable(System.console())
            .filter(Console::isTerminal)
            .orElseThrow(
                () ->
                    new ParameterException(
                        commandLine(),
                        "Nobody can be asked here whether " + named + " may go: give --yes"));
    String answer = console.readLine("%s Forget it? [y/N] ", consequence);
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
  }
}
