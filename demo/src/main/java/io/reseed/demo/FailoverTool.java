package io.reseed.demo;

import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Observation;
import io.reseed.mysql.Probe;
import io.reseed.mysql.ServerObservation;
import io.reseed.mysql.Timeouts;
import io.reseed.mysql.replication.PromotionCheck;
import io.reseed.mysql.replication.Replication;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small stand-in for orchestrator and its kind, for one shard: watches the primary, promotes the
 * most advanced replica when it dies, and tells the world. Knows nothing of Reseed but the topic
 * (or the URL) that it publishes to.
 */
final class FailoverTool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FailoverTool.class);
  private static final Duration PROBE_INTERVAL = Duration.ofMillis(500);
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration APPLY_TIMEOUT = Duration.ofSeconds(30);
  private static final int FAILURES_UNTIL_DEAD = 2;

  private final ShardName shard;
  private final Accounts accounts;
  private final Announcer announcer;
  private final TopologyListener listener;
  private final Set<ServerAddress> members = new HashSet<>();
  private final Thread thread;
  private volatile ServerAddress primary;
  private volatile boolean closed;

  /** What it logs in with: an administrator of the fleet, and the replication account. */
  public record Accounts(Credentials admin, Credentials replicator) {}

  /** Tells the world about a failover. */
  @FunctionalInterface
  public interface Announcer {
    /** Publishes {@code primary-failed}; throws when nobody acknowledged it. */
    void announce(Failover failover);
  }

  /** What happened. */
  public record Failover(
      ShardName shard, ServerAddress failed, ServerAddress promoted, Instant at) {}

  /** How it tells what it does. */
  public record Voice(Announcer announcer, TopologyListener listener) {}

  private FailoverTool(ShardName shard, ServerAddress primary, Accounts accounts, Voice voice) {
    this.shard = shard;
    this.primary = primary;
    this.accounts = accounts;
    this.announcer = voice.announcer();
    this.listener = voice.listener();
    this.thread = Thread.ofPlatform().name("topology-" + shard).daemon().unstarted(this::watch);
  }

  /** Starts to watch a shard, whose replicas it finds through the primary. */
  public static FailoverTool start(
      ShardName shard, ServerAddress primary, Accounts accounts, Voice voice) {
    FailoverTool tool = new FailoverTool(shard, primary, accounts, voice);
    tool.thread.start();
    return tool;
  }

  /** Whom it holds for the primary now. */
  public ServerAddress primary() {
    return primary;
  }

  private void watch() {
    int failures = 0;
    while (!closed) {
      try {
        switch (Probe.observe(primary, accounts.admin(), PROBE_TIMEOUT)) {
          case Observation.Reachable reachable -> {
            failures = 0;
            remember(reachable.server());
          }
          case Observation.Unreachable ignored -> failures++;
        }
        if (failures == FAILURES_UNTIL_DEAD) {
          listener.dead(shard, primary);
        }
        if (failures >= FAILURES_UNTIL_DEAD && failOver()) {
          failures = 0;
        }
      } catch (RuntimeException e) {
        LOG.warn("failover tool failed, trying again shard={}", shard, e);
      }
      LockSupport.parkNanos(PROBE_INTERVAL.toNanos());
    }
  }

  private void remember(ServerObservation observed) {
    members.clear();
    observed.connectedReplicas().forEach(replica -> replica.address().ifPresent(members::add));
  }

  private boolean failOver() {
    ServerAddress failed = primary;
    List<ServerObservation> candidates = awaitApplied();
    Optional<ServerObservation> best = PromotionCheck.bestCandidate(candidates);
    if (best.isEmpty()) {
      LOG.warn("no replica can be promoted shard={} candidates={}", shard, candidates.size());
      return false;
    }
    ServerAddress promoted = best.get().address();
    try (MysqlSession session = MysqlSession.open(promoted, accounts.admin(), Timeouts.ADMIN)) {
      Replication.promote(session);
    }
    primary = promoted;
    for (ServerObservation other : candidates) {
      if (!other.address().equals(promoted)) {
        repoint(other.address(), promoted);
      }
    }
    Failover failover = new Failover(shard, failed, promoted, Instant.now());
    listener.promoted(failover);
    announce(failover);
    return true;
  }

  /** Until somebody acknowledged it: readers know duplicates, but not what was never said. */
  private void announce(Failover failover) {
    while (!closed) {
      try {
        announcer.announce(failover);
        listener.announced(failover);
        return;
      } catch (IllegalStateException e) {
        LOG.warn("primary-failed not published, trying again shard={}", shard, e);
        LockSupport.parkNanos(PROBE_INTERVAL.toNanos());
      }
    }
  }

  private void repoint(ServerAddress replica, ServerAddress source) {
    try (MysqlSession session = MysqlSession.open(replica, accounts.admin(), Timeouts.ADMIN)) {
      Replication.attach(session, source, accounts.replicator());
    } catch (MysqlException e) {
      LOG.warn("replica not re-pointed shard={} server={}", shard, replica, e);
    }
  }

  /** The reachable replicas, once each has applied all that it received from the dead primary. */
  private List<ServerObservation> awaitApplied() {
    long deadline = System.nanoTime() + APPLY_TIMEOUT.toNanos();
    while (true) {
      List<ServerObservation> reachable = new ArrayList<>();
      for (ServerAddress member : members) {
        if (Probe.observe(member, accounts.admin(), PROBE_TIMEOUT)
            instanceof Observation.Reachable found) {
          reachable.add(found.server());
        }
      }
      boolean applied =
          reachable.stream().allMatch(one -> one.gtidExecuted().contains(one.gtidKnown()));
      if (applied || System.nanoTime() > deadline) {
        return reachable;
      }
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(Duration.ofSeconds(40));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
