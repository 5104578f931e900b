package io.reseed.demo;

import io.reseed.demo.Screen.Tone;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.installation.Dataset;
import io.reseed.installation.DemoShard;
import io.reseed.installation.Installation;
import io.reseed.installation.KeptProcess;
import io.reseed.installation.Tempo;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./reseed demo}: tells the {@link Story} on a terminal. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Starts Kafka, S3 and a small MySQL fleet, kills primaries, shows the repair, and proves"
            + " backups.")
public final class Demo implements Callable<Integer> {
  private static final int PROVEN = 0;
  private static final int FAILED = 1;

  @Option(
      names = "--size",
      paramLabel = "<n>MB",
      converter = DataSize.class,
      defaultValue = "200MB",
      description = "Data per shard (default ${DEFAULT-VALUE}).")
  private long bytes;

  @Option(
      names = "--keep",
      description = "Leaves everything running afterwards; './reseed down' stops it.")
  private boolean keep;

  /** Runs the demo; exit code 0 only when every proof held. */
  public static void main(String[] arguments) {
    System.exit(new picocli.CommandLine(new Demo()).execute(arguments));
  }

  @Override
  public Integer call() {
    Screen screen = Screen.standardOutput();
    Instant began = Instant.now();
    @Nullable Workplace workplace = null;
    try {
      refuseBesideAnother();
      workplace = Workplace.open(bytes);
      boolean proven = tell(screen, workplace);
      screen.line(
          "Took %s s.".formatted(Figures.seconds(Duration.between(began, Instant.now()))),
          Tone.PLAIN);
      if (!proven) {
        screen.line("Not every proof held; logs: " + workplace.logs(), Tone.BAD);
        workplace.keepLogs();
      }
      return proven ? PROVEN : FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return FAILED;
    } catch (IOException | RuntimeException e) {
      if (workplace != null && workplace.isStopping()) {
        return FAILED;
      }
      screen.line("The demo failed: " + e.getMessage(), Tone.BAD);
      if (workplace != null) {
        workplace.explain(screen, e);
      }
      return FAILED;
    } finally {
      if (workplace != null) {
        workplace.close();
      }
    }
  }

  private boolean tell(Screen screen, Workplace workplace)
      throws InterruptedException, IOException {
    screen.countFrom(Instant.now());
    screen.heading("Set-up: Kafka, S3, the fleet and the services");
    Installation installation = workplace.install(Tempo.brisk());
    screen.event("", "Kafka and S3 run, the topics are there", Tone.PLAIN);
    Dataset data = new Dataset(bytes);
    boolean proven;
    try (Story story = new Story(installation, screen, data)) {
      story.prepare();
      screen.heading("The first backup of each shard");
      story.firstBackups();
      screen.heading("Act 1: one primary dies");
      story.act1();
      screen.heading("Act 2: the primaries of both shards die at once");
      story.act2();
      screen.heading("Act 3: every backup is proven");
      story.act3();
      Summary.print(screen, story.repairs());
      Summary.printCycles(screen, story.cycles());
      proven = story.proven();
      if (keep && proven) {
        leave(screen, installation, story);
        workplace.leave();
      }
    }
    return proven;
  }

  private static void refuseBesideAnother() {
    if (KeptDemo.find().filter(KeptDemo::isAlive).isPresent()) {
      throw new IllegalStateException(
          "A demo was left running in this checkout: stop it with './reseed down' first.");
    }
  }

  private static void leave(Screen screen, Installation installation, Story story)
      throws IOException {
    Map<ShardName, ServerAddress> primaries = new TreeMap<>();
    installation
        .shards()
        .forEach(shard -> primaries.put(shard.name(), story.primaryOf(shard.name())));
    List<KeptProcess> processes = new ArrayList<>(List.of(story.goOnAlone()));
    processes.addAll(installation.release());
    KeptDemo.write(installation, processes);
    screen.heading("Everything runs on. Look around:");
    screen.line("  ./reseed status --watch        shards, servers, seedings, backups", Tone.PLAIN);
    screen.line("  ./reseed watch shard-status    events as they come", Tone.PLAIN);
    screen.line(
        "  alias m='%s --defaults-extra-file=%s'"
            .formatted(
                installation.fleet().tree().mysqld().resolveSibling("mysql"),
                installation.clientOptions()),
        Tone.PLAIN);
    primaries.forEach(
        (shard, primary) ->
            screen.line(
                "  m -h %s -P %d    the primary of %s"
                    .formatted(primary.host(), primary.port(), shard),
                Tone.PLAIN));
    screen.line("Kill a primary yourself, and watch the shard become whole:", Tone.PLAIN);
    for (DemoShard shard : installation.shards()) {
      shard
          .server(primaries.getOrDefault(shard.name(), shard.servers().getFirst().address()))
          .flatMap(server -> server.local().processId())
          .ifPresent(
              pid -> screen.line("  kill -9 %d   # %s".formatted(pid, shard.name()), Tone.PLAIN));
    }
    screen.line("Logs and data: " + installation.folder(), Tone.PLAIN);
    screen.line("Stop it all with:  ./reseed down", Tone.PLAIN);
  }
}
