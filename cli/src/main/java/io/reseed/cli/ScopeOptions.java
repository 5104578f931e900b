package io.reseed.cli;

import io.reseed.fleet.PauseScope;
import io.reseed.fleet.ShardName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Of what work is paused: exactly one of three. */
final class ScopeOptions {
  @Option(names = "--shard", required = true, paramLabel = "<cluster/shard>")
  private @Nullable ShardName shard;

  @Option(names = "--cluster", required = true, paramLabel = "<cluster>")
  private @Nullable String cluster;

  @Option(names = "--host", required = true, paramLabel = "<host>")
  private @Nullable String host;

  /** The one that was given. */
  PauseScope scope() {
    if (shard != null) {
      return PauseScope.of(shard);
    }
    return cluster != null
        ? new PauseScope(PauseScope.Kind.CLUSTER, cluster)
        : new PauseScope(PauseScope.Kind.HOST, String.valueOf(host));
  }
}
