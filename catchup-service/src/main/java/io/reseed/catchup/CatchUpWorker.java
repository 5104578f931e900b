package io.reseed.catchup;

import io.reseed.events.Failure;
import io.reseed.events.FailureClass;
import io.reseed.events.SeedingAssigned;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.ErrorClass;
import io.reseed.mysql.ErrorCode;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Observation;
import io.reseed.mysql.Probe;
import io.reseed.mysql.ReplicaChannel;
import io.reseed.mysql.ReplicationError;
import io.reseed.mysql.ServerAddress;
import io.reseed.mysql.ServerObservation;
import io.reseed.mysql.Timeouts;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.mysql.replication.Replication;
import io.reseed.shardruntime.EffectFailure;
import io.reseed.shardruntime.EffectRunner;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Talks to the servers for the machine. Every step has a time limit and may be repeated. */
final class CatchUpWorker implements EffectRunner<CatchUpEffect, CatchUpInput> {
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration ATTACH_TIME_LIMIT = Duration.ofSeconds(90);
  private static final Duration SAMPLE_TIME_LIMIT = Duration.ofSeconds(15);

  private final Map<String, Accounts> accountsByCluster;

  /** The accounts of one cluster that this service needs. */
  record Accounts(Credentials observer, Credentials agent, Credentials replicator) {}

  CatchUpWorker(Map<String, Accounts> accountsByCluster) {
    this.accountsByCluster = Map.copyOf(accountsByCluster);
  }

  @Override
  public Duration timeLimit(CatchUpEffect effect) {
    return switch (effect) {
      case CatchUpEffect.Attach ignored -> ATTACH_TIME_LIMIT;
      case CatchUpEffect.Sample ignored -> SAMPLE_TIME_LIMIT;
    };
  }

  @Override
  public CatchUpInput run(String shard, CatchUpEffect effect) {
    Accounts accounts = accountsByCluster.get(effect.assignment().shard().cluster());
    if (accounts == null) {
      return refused(effect, accountsMissing(effect.assignment()));
    }
    return switch (effect) {
      case CatchUpEffect.Attach attach -> attach(attach, accounts);
      case CatchUpEffect.Sample sample -> sample(sample, accounts);
    };
  }

  @Override
  public CatchUpInput failed(String shard, CatchUpEffect effect, EffectFailure failure) {
    boolean ours = failure.cause() == EffectFailure.Cause.THREW;
    return refused(
        effect,
        new Failure(
            "CATCH_UP_EFFECT_" + failure.cause(),
            ours ? FailureClass.BUG : FailureClass.TRANSIENT,
            "looking after %s of seeding %s did not end: %s"
                .formatted(effect.server(), effect.assignment().seeding(), failure.message()),
            ours ? "report it with this service's log" : "tried again by itself"));
  }

  private static CatchUpInput refused(CatchUpEffect effect, Failure failure) {
    return switch (effect) {
      case CatchUpEffect.Attach attach -> new CatchUpInput.AttachRefused(attach.token(), failure);
      case CatchUpEffect.Sample sample -> new CatchUpInput.SampleMissed(sample.token(), failure);
    };
  }

  /** The server is looked at before the source, so that the source's set can only be newer. */
  private static CatchUpInput attach(CatchUpEffect.Attach attach, Accounts accounts) {
    ServerAddress serverAddress = address(attach.server());
    ServerAddress sourceAddress = address(attach.assignment().source());
    Observation server = Probe.observe(serverAddress, accounts.observer(), PROBE_TIMEOUT);
    Observation source = Probe.observe(sourceAddress, accounts.observer(), PROBE_TIMEOUT);
    if (server instanceof Observation.Unreachable lost) {
      return refused(attach, unreachable("SERVER_UNREACHABLE", lost));
    }
    if (source instanceof Observation.Unreachable lost) {
      return refused(attach, unreachable("SOURCE_UNREACHABLE", lost));
    }
    ServerObservation replica = ((Observation.Reachable) server).server();
    ServerObservation primary = ((Observation.Reachable) source).server();
    Optional<Failure> misfit = misfit(replica, primary);
    if (misfit.isPresent()) {
      return refused(attach, misfit.get());
    }
    try (MysqlSession session =
        MysqlSession.open(serverAddress, accounts.agent(), Timeouts.ADMIN)) {
      Replication.attach(session, sourceAddress, accounts.replicator());
    } catch (MysqlException e) {
      return refused(attach, failure(e));
    }
    return new CatchUpInput.Attached(
        attach.token(), primary.gtidExecuted().toString(), replica.gtidExecuted().toString());
  }

  private static Optional<Failure> misfit(ServerObservation replica, ServerObservation source) {
    if (!replica.superReadOnly()) {
      return Optional.of(
          new Failure(
              "SERVER_NOT_FENCED",
              FailureClass.BUG,
              replica.address() + " is not super_read_only, so its rows may differ",
              "do not use this server; report it with the restore-service's log"));
    }
    GtidSet errant = replica.gtidExecuted().subtract(source.gtidExecuted());
    if (!errant.isEmpty()) {
      return Optional.of(
          failure(
              ErrorCode.ERRANT_TRANSACTIONS,
              "%s executed %s, which its source %s did not"
                  .formatted(replica.address(), errant, source.address())));
    }
    GtidSet gap = source.gtidPurged().subtract(replica.gtidExecuted());
    if (!gap.isEmpty()) {
      return Optional.of(
          failure(
              ErrorCode.BINLOG_GAP,
              "%s needs %s, which its source %s purged"
                  .formatted(replica.address(), gap, source.address())));
    }
    return Optional.empty();
  }

  private static CatchUpInput sample(CatchUpEffect.Sample sample, Accounts accounts) {
    return switch (Probe.observe(address(sample.server()), accounts.observer(), PROBE_TIMEOUT)) {
      case Observation.Unreachable lost -> refused(sample, unreachable("SERVER_UNREACHABLE", lost));
      case Observation.Reachable reachable -> {
        ServerObservation server = reachable.server();
        ReplicaChannel channel = server.replication().orElse(null);
        String executed = server.gtidExecuted().toString();
        if (channel == null
            || !channel.running()
            || !channel.source().equals(address(sample.assignment().source()))) {
          yield new CatchUpInput.Sampled(sample.token(), executed, null, trouble(sample, channel));
        }
        OptionalLong lag = channel.lagMillis();
        yield new CatchUpInput.Sampled(
            sample.token(), executed, lag.isPresent() ? lag.getAsLong() : null, null);
      }
    };
  }

  private static Failure trouble(CatchUpEffect.Sample sample, @Nullable ReplicaChannel channel) {
    if (channel == null || !channel.source().equals(address(sample.assignment().source()))) {
      return new Failure(
          "NOT_ATTACHED",
          FailureClass.TRANSIENT,
          "%s does not replicate from %s any more"
              .formatted(sample.server(), sample.assignment().source()),
          "find out who changed its replication; Reseed attaches it again");
    }
    return channel
        .error()
        .map(error -> failure(sample, error))
        .orElseGet(
            () ->
                failure(
                    ErrorCode.REPLICATION_NETWORK,
                    "%s is not connected to its source %s (receiver %s, applier %s)"
                        .formatted(
                            sample.server(),
                            channel.source(),
                            channel.receiver(),
                            channel.applierRunning() ? "running" : "stopped")));
  }

  private static Failure failure(CatchUpEffect.Sample sample, ReplicationError error) {
    return failure(
        error.code(), "%s, error %d: %s".formatted(sample.server(), error.errno(), error.text()));
  }

  private static Failure failure(MysqlException e) {
    return failure(e.code(), String.valueOf(e.getMessage()));
  }

  private static Failure failure(ErrorCode code, String message) {
    String bounded = message.length() <= 2_000 ? message : message.substring(0, 2_000) + "…";
    return new Failure(code.name(), failureClass(code.errorClass()), bounded, code.hint());
  }

  private static FailureClass failureClass(ErrorClass errorClass) {
    return switch (errorClass) {
      case TRANSIENT -> FailureClass.TRANSIENT;
      case OPERATOR -> FailureClass.OPERATOR_MUST_ACT;
      case BAD_BACKUP -> FailureClass.BAD_BACKUP;
      case BUG -> FailureClass.BUG;
    };
  }

  private static Failure unreachable(String code, Observation.Unreachable lost) {
    boolean denied = lost.kind() == Observation.Kind.ACCESS_DENIED;
    return new Failure(
        code,
        denied ? FailureClass.OPERATOR_MUST_ACT : FailureClass.TRANSIENT,
        lost.address() + " does not answer: " + lost.reason(),
        denied
            ? "check the observer account of this cluster in the service's configuration"
            : "tried again; look at the server and its host if this goes on");
  }

  private static Failure accountsMissing(SeedingAssigned assignment) {
    return new Failure(
        "ACCOUNTS_MISSING",
        FailureClass.OPERATOR_MUST_ACT,
        "no MySQL accounts are configured for cluster " + assignment.shard().cluster(),
        "add reseed.mysql.accounts.\""
            + assignment.shard().cluster()
            + "\" to the catchup-service");
  }

  private static ServerAddress address(io.reseed.events.ServerAddress address) {
    return new ServerAddress(address.host(), address.port());
  }
}
