package io.reseed.cli;

import io.reseed.cli.connection.Connection;
import io.reseed.cli.connection.EventSender;
import io.reseed.events.Topic;
import io.reseed.fleet.ShardName;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code reseed forget}: takes a shard out of Reseed's care. */
@Command(
    name = "forget",
    mixinStandardHelpOptions = true,
    description = "Takes a shard out of Reseed's care; no server and no backup is touched by that.")
public final class ForgetCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private final Connection connection = new Connection();

  @Option(names = "--shard", required = true, paramLabel = "<cluster/shard>")
  private @Nullable ShardName shard;

  @Override
  public Integer call() {
    String key = Objects.requireNonNull(shard).toString();
    new EventSender(connection.kafka()).publishTombstone(Topic.SHARD_DECLARED, key);
    Objects.requireNonNull(spec).commandLine().getOut().printf("%s is declared no longer%n", key);
    return 0;
  }
}
