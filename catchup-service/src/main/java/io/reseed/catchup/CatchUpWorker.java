package io.reseed.catchup;

import io.reseed.coordinator.EffectFailure;
import io.reseed.coordinator.EffectRunner;
import io.reseed.events.SeedingAssigned;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.SettingDifference;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlHints;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Observation;
import io.reseed.mysql.Probe;
import io.reseed.mysql.ReplicaChannel;
import io.reseed.mysql.ReplicationError;
import io.reseed.mysql.ServerObservation;
import io.reseed.mysql.ServerSettings;
import io.reseed.mysql.Timeouts;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.mysql.replication.FullCopy;
import io.reseed.mysql.replication.Replication;
import io.reseed.mysql.replication.Replication.Attached;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Talks to the servers for the machine. Every step has a time limit and may be repeated. */
final class CatchUpWorker implements EffectRunner<CatchUpEffect, CatchUpInput> {
  private static final Logger LOG = LoggerFactory.getLogger(CatchUpWorker.class);
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration ATTACH_TIME_LIMIT = Duration.ofSeconds(90);

  /** Well within that, so that there is time left to ask what a statement waits for. */
  private static final Timeouts ATTACH_TIMEOUTS =
      new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(30));

  private static final Duration SAMPLE_TIME_LIMIT = Duration.ofSeconds(15);

  private final Map<String, Accounts> accountsByCluster;

  /** What was last said of a made server: one that is held up is compared again every second. */
  private final Map<ServerAddress, List<SettingDifference>> told = new ConcurrentHashMap<>();

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
      case CatchUpEffect.Compare ignored -> SAMPLE_TIME_LIMIT;
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
      case CatchUpEffect.Compare compare -> compare(compare, accounts);
    };
  }

  @Override
  public CatchUpInput failed(String shard, CatchUpEffect effect, EffectFailure failure) {
    boolean ours = failure.cause() == EffectFailure.Cause.THREW;
    return refused(
        effect,
        Failure.of(
            failure.code(),
            "looking after %s of seeding %s did not end: %s"
                .formatted(effect.server(), effect.assignment().seeding(), failure.message()),
            ours ? "report it with this service's log" : "tried again by itself"));
  }

  private static CatchUpInput refused(CatchUpEffect effect, Failure failure) {
    return switch (effect) {
      case CatchUpEffect.Attach attach ->
          new CatchUpInput.AttachRefused(attach.token(), failure, false);
      case CatchUpEffect.Sample sample -> new CatchUpInput.SampleMissed(sample.token(), failure);
      case CatchUpEffect.Compare compare -> new CatchUpInput.SampleMissed(compare.token(), failure);
    };
  }

  private static CatchUpInput attach(CatchUpEffect.Attach attach, Accounts accounts) {
    ServerAddress serverAddress = attach.server();
    ServerAddress sourceAddress = attach.assignment().source();
    try {
      ServerObservation server = lookAtMade(serverAddress, accounts);
      if (!server.superReadOnly()) {
        return refused(attach, notFenced(server));
      }
      Comparison comparison = compare(attach, server, accounts);
      if (comparison.misfit().isPresent()) {
        SourceFit.Misfit misfit = comparison.misfit().get();
        return new CatchUpInput.AttachRefused(attach.token(), misfit.failure(), misfit.settled());
      }
      GtidSet sourceHas = comparison.source().gtidExecuted();
      try (MysqlSession session =
          MysqlSession.open(serverAddress, accounts.agent(), ATTACH_TIMEOUTS)) {
        FullCopy.requireCarriedEngines(session);
        ServerSettings.follow(session, settings(sourceAddress, accounts));
        Attached attached =
            Replication.attachUnlessAhead(session, sourceAddress, accounts.replicator(), sourceHas);
        if (attached == Attached.AHEAD) {
          return refused(attach, movedOn(attach));
        }
      }
      return new CatchUpInput.Attached(
          attach.token(), sourceHas.toString(), server.gtidExecuted().toString());
    } catch (Lost e) {
      return refused(attach, e.failure);
    } catch (MysqlException e) {
      Failure failure = stalled(e, serverAddress, accounts).orElseGet(e::failure);
      // which tables it has does not change by waiting
      boolean settled = e.code() == FailureCode.ENGINE_NOT_CARRIED;
      return new CatchUpInput.AttachRefused(attach.token(), failure, settled);
    }
  }

  /** It stands still now, so the next look judges what it has. */
  private static Failure movedOn(CatchUpEffect.Attach attach) {
    return Failure.of(
        FailureCode.SOURCE_LACKS_TRANSACTIONS,
        "%s went on to apply what its former source had sent, beyond what %s had executed"
            .formatted(attach.server(), attach.assignment().source()),
        "it was stopped and is compared again by itself");
  }

  /** A full disk holds up the statements that attach, too: they get no answer, and no error. */
  private static Optional<Failure> stalled(
      MysqlException e, ServerAddress server, Accounts accounts) {
    return e.code() == FailureCode.STATEMENT_TIMEOUT
        ? Probe.waitingForDisk(server, accounts.observer(), PROBE_TIMEOUT)
            .map(waiting -> MysqlHints.failure(FailureCode.DISK_FULL, waiting))
        : Optional.empty();
  }

  /** A server that had to be asked did not answer. */
  private static final class Lost extends Exception {
    private static final long serialVersionUID = 1;
    private final transient Failure failure;

    Lost(Failure failure) {
      super(failure.message());
      this.failure = failure;
    }
  }

  /**
   * A server that was just made has the accounts of its files' time, and its host let the agent in.
   * What it replays may change that one's password for a while; then the observer's may be right.
   */
  private static ServerObservation lookAtMade(ServerAddress address, Accounts accounts)
      throws Lost {
    Observation seen = Probe.observe(address, accounts.agent(), PROBE_TIMEOUT);
    if (seen instanceof Observation.Unreachable refused
        && refused.kind() == Observation.Kind.ACCESS_DENIED) {
      seen = Probe.observe(address, accounts.observer(), PROBE_TIMEOUT);
    }
    return seen(seen, lost -> unreachable(FailureCode.SERVER_UNREACHABLE, lost));
  }

  private static ServerObservation look(
      ServerAddress address, Accounts accounts, Function<Observation.Unreachable, Failure> failure)
      throws Lost {
    return seen(Probe.observe(address, accounts.observer(), PROBE_TIMEOUT), failure);
  }

  private static ServerObservation seen(
      Observation observation, Function<Observation.Unreachable, Failure> failure) throws Lost {
    return switch (observation) {
      case Observation.Unreachable lost -> throw new Lost(failure.apply(lost));
      case Observation.Reachable reachable -> reachable.server();
    };
  }

  /** The source as it is now, and why the server cannot follow it. */
  private record Comparison(ServerObservation source, Optional<SourceFit.Misfit> misfit) {}

  /** The server was looked at before, so that the others' sets can only be newer. */
  private static Comparison compare(
      CatchUpEffect effect, ServerObservation server, Accounts accounts) throws Lost {
    SeedingAssigned assignment = effect.assignment();
    ServerObservation source =
        look(
            assignment.source(),
            accounts,
            lost -> unreachable(FailureCode.SOURCE_UNREACHABLE, lost));
    if (SourceFit.fits(server, source)) {
      return new Comparison(source, Optional.empty());
    }
    ServerObservation primary =
        assignment.primary().equals(assignment.source())
            ? source
            : look(
                assignment.primary(),
                accounts,
                lost -> unreachable(FailureCode.PRIMARY_UNREACHABLE, lost));
    return new Comparison(source, SourceFit.judge(effect, server, source, primary));
  }

  private static Failure notFenced(ServerObservation server) {
    return Failure.of(
        FailureCode.SERVER_NOT_FENCED,
        server.address() + " is not super_read_only, so its rows may differ",
        "do not use this server; report it with the restore-service's log");
  }

  private static ServerSettings settings(ServerAddress server, Accounts accounts) {
    try (MysqlSession session = MysqlSession.open(server, accounts.observer(), ATTACH_TIMEOUTS)) {
      return ServerSettings.of(session);
    }
  }

  private CatchUpInput compare(CatchUpEffect.Compare compare, Accounts accounts) {
    try {
      ServerSettings source = settings(compare.assignment().source(), accounts);
      List<SettingDifference> differences =
          settings(compare.server(), accounts).differencesFrom(source);
      List<SettingDifference> before = told.put(compare.server(), differences);
      if (!differences.isEmpty() && !differences.equals(before)) {
        LOG.warn(
            "settings differ shard={} seeding={} server={} source={} differences={}",
            compare.assignment().shard(),
            compare.assignment().seeding(),
            compare.server(),
            compare.assignment().source(),
            differences);
      }
      return new CatchUpInput.Compared(compare.token(), differences);
    } catch (MysqlException e) {
      return new CatchUpInput.SampleMissed(compare.token(), e.failure());
    }
  }

  private static CatchUpInput sample(CatchUpEffect.Sample sample, Accounts accounts) {
    try {
      ServerObservation server = lookAtMade(sample.server(), accounts);
      ReplicaChannel channel = server.replication().orElse(null);
      String executed = server.gtidExecuted().toString();
      if (channel == null || !channel.running() || !channel.isFrom(sample.assignment().source())) {
        Failure trouble = trouble(sample, server, channel, accounts);
        return new CatchUpInput.Sampled(sample.token(), executed, null, trouble);
      }
      OptionalLong lag = channel.lagMillis();
      return new CatchUpInput.Sampled(
          sample.token(), executed, lag.isPresent() ? lag.getAsLong() : null, null);
    } catch (Lost e) {
      return refused(sample, e.failure);
    }
  }

  private static Failure trouble(
      CatchUpEffect.Sample sample,
      ServerObservation server,
      @Nullable ReplicaChannel channel,
      Accounts accounts) {
    if (channel == null || !channel.isFrom(sample.assignment().source())) {
      return Failure.of(
          FailureCode.NOT_ATTACHED,
          "%s does not replicate from %s any more"
              .formatted(sample.server(), sample.assignment().source()),
          "find out who changed its replication; Reseed attaches it again");
    }
    return channel
        .error()
        .map(error -> told(sample, server, error, accounts))
        .orElseGet(
            () ->
                MysqlHints.failure(
                    FailureCode.REPLICATION_NETWORK,
                    "%s is not connected to its source %s (receiver %s, applier %s)"
                        .formatted(
                            sample.server(),
                            sample.assignment().source(),
                            channel.receiver(),
                            channel.applierRunning() ? "running" : "stopped")));
  }

  /** What the source refuses to send tells against the backup only where the primary does, too. */
  private static Failure told(
      CatchUpEffect.Sample sample,
      ServerObservation server,
      ReplicationError error,
      Accounts accounts) {
    if (error.code() == FailureCode.BINLOG_GAP) {
      return compared(sample, server, unseen(FailureCode.SOURCE_PURGED, sample, error), accounts);
    }
    return error.code() == FailureCode.ERRANT_TRANSACTIONS
        ? compared(
            sample, server, unseen(FailureCode.SOURCE_LACKS_TRANSACTIONS, sample, error), accounts)
        : MysqlHints.failure(error.code(), words(sample, error));
  }

  /**
   * @param otherwise what it is where the servers' sets do not show it (any longer)
   */
  private static Failure compared(
      CatchUpEffect.Sample sample, ServerObservation server, Failure otherwise, Accounts accounts) {
    try {
      return compare(sample, server, accounts)
          .misfit()
          .map(SourceFit.Misfit::failure)
          .orElse(otherwise);
    } catch (Lost e) {
      return e.failure;
    }
  }

  private static Failure unseen(
      FailureCode code, CatchUpEffect.Sample sample, ReplicationError error) {
    return Failure.of(code, words(sample, error), "compared and tried again by itself");
  }

  private static String words(CatchUpEffect.Sample sample, ReplicationError error) {
    return "%s, error %d: %s".formatted(sample.server(), error.errno(), error.text());
  }

  private static Failure unreachable(FailureCode code, Observation.Unreachable lost) {
    return switch (lost.kind()) {
      case DISK_FULL -> MysqlHints.failure(FailureCode.DISK_FULL, lost.reason());
      case NOT_ALLOWED -> MysqlHints.failure(FailureCode.SERVER_NOT_ALLOWED, lost.reason());
      case NOT_VERIFIED -> MysqlHints.failure(FailureCode.TLS_FAILED, lost.reason());
      case ACCESS_DENIED ->
          Failure.of(
              FailureCode.ACCESS_DENIED,
              lost.address() + " refuses this service's account: " + lost.reason(),
              "check the accounts of this cluster in the service's configuration: while they are"
                  + " rotated, all services need the same (docs/RUNBOOK.md, rotating an account)");
      case REFUSED,
          TIMEOUT,
          UNKNOWN_HOST,
          TOO_MANY_CONNECTIONS,
          CONNECTION_LOST,
          UNREADABLE,
          OTHER ->
          Failure.of(
              code,
              lost.address() + " does not answer: " + lost.reason(),
              "tried again; look at the server and its host if this goes on");
    };
  }

  private static Failure accountsMissing(SeedingAssigned assignment) {
    return Failure.of(
        FailureCode.ACCOUNTS_MISSING,
        "no MySQL accounts are configured for cluster " + assignment.shard().cluster(),
        "add reseed.mysql.accounts.\""
            + assignment.shard().cluster()
            + "\" to the catchup-service");
  }
}
