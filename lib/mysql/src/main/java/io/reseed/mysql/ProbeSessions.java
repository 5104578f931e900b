package io.reseed.mysql;

import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.KeptSettings.Asked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link Probe#observe} over sessions that stay open between looks: connecting, with its TLS
 * handshake and login, costs a server and the looker many times what a look itself costs.
 *
 * <p>One session a server and account is kept, until it was not used for a while, or got old: a
 * name may lead to another server, and a password may have changed. A kept session only ever shows
 * that a server answers: whenever it shows anything else, it is given up, and what counts is a look
 * over a new one. Where as many are kept as may be, further servers are connected to each time.
 *
 * <p>A look at a server whose settings were not read for some minutes reads them, too.
 *
 * <p>For any number of threads.
 */
public final class ProbeSessions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProbeSessions.class);

  /** Of a server that nobody looks at any longer. */
  private static final Duration IDLE_MAX = Duration.ofMinutes(1);

  private static final Duration AGE_MAX = Duration.ofMinutes(15);

  private final Duration timeout;
  private final int sessionsMax;
  private final LongSupplier nanoTime;
  private final KeptSettings settings;

  /** Those that no look uses now, the longest idle first. */
  private final Map<Asked, Kept> idle = new LinkedHashMap<>();

  private boolean closed;

  private record Kept(MysqlSession session, long openedNanos, long usedNanos) {}

  /**
   * Keeps none yet.
   *
   * @param timeout of a connection and, separately, of each answer, see {@link Probe#observe}
   * @param sessionsMax how many are kept at most; 0: none, each look connects
   */
  public ProbeSessions(Duration timeout, int sessionsMax) {
    this(timeout, sessionsMax, System::nanoTime);
  }

  ProbeSessions(Duration timeout, int sessionsMax, LongSupplier nanoTime) {
    this.timeout = timeout;
    this.sessionsMax = sessionsMax;
    this.nanoTime = nanoTime;
    this.settings = new KeptSettings(nanoTime);
  }

  /** {@link Probe#observe}; a kept session that fails costs one timeout more. */
  public Observation observe(ServerAddress address, Credentials credentials) {
    Asked key = new Asked(address, credentials);
    Optional<Observation> seen = take(key).flatMap(kept -> overKept(key, kept));
    return seen.orElseGet(() -> overNew(key));
  }

  /**
   * What the server's settings were when looks over a session of that account last read them; empty
   * where none did, or the server did not say.
   */
  public Optional<ServerSettings> settings(ServerAddress address, Credentials credentials) {
    return settings.of(new Asked(address, credentials));
  }

  /** Of a connection and, separately, of each answer. */
  public Duration timeout() {
    return timeout;
  }

  /** How many are kept and not in use. */
  synchronized int idle() {
    return idle.size();
  }

  private Optional<Observation> overKept(Asked key, Kept kept) {
    try {
      ServerObservation server = kept.session().probe();
      readSettings(key, kept.session(), kept.openedNanos());
      return Optional.of(new Observation.Reachable(key.address(), server));
    } catch (RuntimeException e) {
      LOG.debug("kept session does not serve any longer server={}", key.address(), e);
      kept.session().close();
      settings.forget(key); // it may have been started anew with others
      return Optional.empty();
    }
  }

  private Observation overNew(Asked key) {
    long openedNanos = nanoTime.getAsLong();
    MysqlSession session = null;
    try {
      session = Probe.open(key.address(), key.credentials(), timeout);
      ServerObservation server = session.probe();
      readSettings(key, session, openedNanos);
      return new Observation.Reachable(key.address(), server);
    } catch (RuntimeException e) {
      if (session != null) {
        session.close();
      }
      return Probe.unreachable(key.address(), key.credentials(), timeout, e);
    }
  }

  /**
   * Reads the settings if they are due, and keeps the session. What the server is was seen before:
   * that its settings cannot be read changes nothing about it.
   */
  private void readSettings(Asked key, MysqlSession session, long openedNanos) {
    if (settings.isDue(key)) {
      try {
        settings.keep(key, Optional.of(ServerSettings.of(session)));
      } catch (RuntimeException e) {
        LOG.info("settings cannot be read server={}", key.address(), e);
        settings.keep(key, Optional.empty());
        session.close();
        return;
      }
    }
    keep(key, session, openedNanos);
  }

  private Optional<Kept> take(Asked key) {
    Kept kept;
    synchronized (this) {
      kept = idle.remove(key);
    }
    if (kept != null && nanoTime.getAsLong() - kept.openedNanos() > AGE_MAX.toNanos()) {
      kept.session().close();
      return Optional.empty();
    }
    return Optional.ofNullable(kept);
  }

  /** Closes outside of the lock: a close may wait for a server. */
  private void keep(Asked key, MysqlSession session, long openedNanos) {
    List<MysqlSession> superfluous = new ArrayList<>();
    long now = nanoTime.getAsLong();
    synchronized (this) {
      removeUnused(now, superfluous);
      boolean kept = idle.containsKey(key);
      if (closed || kept || idle.size() >= sessionsMax) {
        superfluous.add(session);
      } else {
        idle.put(key, new Kept(session, openedNanos, now));
      }
    }
    superfluous.forEach(MysqlSession::close);
  }

  private void removeUnused(long now, List<MysqlSession> superfluous) {
    Iterator<Kept> longestIdleFirst = idle.values().iterator();
    while (longestIdleFirst.hasNext()) {
      Kept kept = longestIdleFirst.next();
      if (now - kept.usedNanos() <= IDLE_MAX.toNanos()) {
        return;
      }
      longestIdleFirst.remove();
      superfluous.add(kept.session());
    }
  }

  /** Closes what is kept; a look that is under way ends, and its session with it. */
  @Override
  public void close() {
    List<Kept> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(idle.values());
      idle.clear();
    }
    all.forEach(kept -> kept.session().close());
  }
}
