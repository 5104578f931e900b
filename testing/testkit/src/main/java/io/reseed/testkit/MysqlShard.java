package io.reseed.testkit;

import java.util.ArrayList;
import java.util.List;

/** A primary and its replicas, as they were started; promotions do not change this record. */
public record MysqlShard(
    String name, MysqlServerProcess primary, List<MysqlServerProcess> replicas) {
  public MysqlShard {
    replicas = List.copyOf(replicas);
  }

  /** The primary first, then the replicas. */
  public List<MysqlServerProcess> servers() {
    List<MysqlServerProcess> all = new ArrayList<>(List.of(primary));
    all.addAll(replicas);
    return List.copyOf(all);
  }
}
