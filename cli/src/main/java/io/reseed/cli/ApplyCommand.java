package io.reseed.cli;

import io.reseed.events.ServerAddress;
import io.reseed.events.ShardDeclared;
import io.reseed.events.ShardName;
import java.nio.file.Path;
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
    description = "Declares shards: from then on Reseed keeps them whole. May be repeated.")
final class ApplyCommand implements Callable<Integer> {
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
        description = "YAML: shards: [{shard: c/s, replicasDesired: 2, servers: [host:port]}]")
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
              "declared %s: %d replicas, found through %s%n",
              declared.shard(), declared.replicasDesired(), declared.servers());
    }
    return 0;
  }

  private static List<ShardDeclared> declarations(Source source) {
    if (source.file != null) {
      return ShardsFile.read(source.file);
    }
    One one = Objects.requireNonNull(source.one);
    return List.of(
        new ShardDeclared(Objects.requireNonNull(one.shard), one.replicas, one.servers, null));
  }
}
