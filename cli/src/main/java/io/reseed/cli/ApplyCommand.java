package io.reseed.cli;

import io.reseed.cli.connection.Connection;
import io.reseed.cli.connection.EventSender;
import io.reseed.cli.files.ShardsFile;
import io.reseed.cli.output.Figures;
import io.reseed.events.BackupPolicy;
import io.reseed.events.ShardDeclared;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code reseed apply}: declares shards. */
@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    description = {
      "Declares shards: from then on Reseed keeps them whole.",
      "May be repeated; the newest declaration replaces the one before as a whole."
    })
public final class ApplyCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private final Connection connection = new Connection();

  @ArgGroup(multiplicity = "1")
  private @Nullable Source source;

  /** Either a file or one shard. */
  static final class Source {
    @Option(
        names = {"-f", "--file"},
        required = true,
        paramLabel = "<file>",
        description =
            "YAML: shards: [{shard: c/s, replicasDesired: 2, servers: [host:port], backups:"
                + " {interval: 24h}}]; docs/CLI.md lists all keys.")
    private @Nullable Path file;

    @ArgGroup(exclusive = false)
    private @Nullable One one;
  }

  /** One shard by options. */
  static final class One {
    @Option(names = "--shard", required = true, paramLabel = "<cluster/shard>")
    private @Nullable ShardName shard;

    @Option(
        names = "--replicas",
        required = true,
        paramLabel = "<n>",
        description = "Replicas that the primary shall have.")
    private int replicas;

    @Option(
        names = "--servers",
        required = true,
        split = ",",
        paramLabel = "<host:port,…>",
        description = "Some servers of the shard, enough to find the others through them.")
    private List<ServerAddress> servers = List.of();

    @Option(
        names = "--backup-interval",
        paramLabel = "<duration>",
        description = "Between two cycles that prove the last backup and make the next, e.g. 24h.")
    private @Nullable Duration backupInterval;

    @Option(
        names = "--backup-cron",
        paramLabel = "<expression>",
        description =
            "When those cycles begin instead: minute, hour, day of month, month and day of week,"
                + " UTC. Neither: as the validator-service's configuration says.")
    private @Nullable String backupCron;

    private @Nullable BackupPolicy backups() {
      Long seconds = backupInterval == null ? null : backupInterval.toSeconds();
      return seconds == null && backupCron == null
          ? null
          : new BackupPolicy(seconds, null, backupCron, null, null, null, null);
    }
  }

  @Override
  public Integer call() {
    List<ShardDeclared> declarations = declarations(Objects.requireNonNull(source));
    new EventSender(connection.kafka()).publish(declarations);
    for (ShardDeclared declared : declarations) {
      Objects.requireNonNull(spec)
          .commandLine()
          .getOut()
          .printf(
              "declared %s: %d replicas, found through %s, %s%n",
              declared.shard(),
              declared.replicasDesired(),
              declared.servers(),
              schedule(declared.backups()));
    }
    return 0;
  }

  private static List<ShardDeclared> declarations(Source source) {
    if (source.file != null) {
      return ShardsFile.read(source.file);
    }
    One one = Objects.requireNonNull(source.one);
    return List.of(
        new ShardDeclared(
            Objects.requireNonNull(one.shard), one.replicas, one.servers, one.backups()));
  }

  private static String schedule(@Nullable BackupPolicy policy) {
    if (policy != null && policy.cron() != null) {
      return "backups at '" + policy.cron() + "' UTC";
    }
    return policy == null || policy.intervalSeconds() == null
        ? "backups as the services are configured"
        : "backups every " + Figures.seconds(policy.intervalSeconds());
  }
}
