package io.reseed.demo;

import io.reseed.demo.FailoverTool.Failover;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;

/** Hears what a {@link FailoverTool} does, on the tool's thread. */
interface TopologyListener {
  /** Nobody listens. */
  TopologyListener NONE =
      new TopologyListener() {
        @Override
        public void dead(ShardName shard, ServerAddress primary) {}

        @Override
        public void promoted(Failover failover) {}

        @Override
        public void announced(Failover failover) {}
      };

  /** The primary counts as dead. */
  void dead(ShardName shard, ServerAddress primary);

  /** A replica is the primary now, and the others replicate from it. */
  void promoted(Failover failover);

  /** The world knows. */
  void announced(Failover failover);
}
