package io.reseed.validator.cycle;

import io.reseed.events.BackupPolicy;
import io.reseed.fleet.ServerAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bounds of the backup pipeline.
 *
 * @param catalogueInterval how often the repository is looked at, to see what others changed there
 * @param retryInterval how soon something that cannot be done now is tried again
 * @param progressTimeout how long an attempt may give no sign of life before it is replaced
 * @param donor whom to copy from when no replica is healthy
 * @param attempts how often to try
 * @param backups how backups are made of shards that do not say it themselves
 */
public record CyclePolicy(
    Duration catalogueInterval,
    Duration retryInterval,
    Duration progressTimeout,
    Donor donor,
    Attempts attempts,
    Backups backups) {

  /**
   * How a shard's backups are made.
   *
   * @param interval between two cycles, unless there is a cron expression
   * @param jitter at most this is added to each cycle's time
   * @param cron five fields, UTC
   * @param readBack whether a new backup is read back right after its commit
   * @param tableCheckCycles within how many cycles CHECK TABLE covers all tables
   * @param contentCheckCycles within how many cycles all contents are compared
   * @param spared replicas that the pipeline leaves alone
   */
  public record Backups(
      Duration interval,
      Duration jitter,
      @Nullable String cron,
      boolean readBack,
      int tableCheckCycles,
      int contentCheckCycles,
      List<ServerAddress> spared) {
    private static final int CYCLES_MAX = 1_000;

    public Backups {
      spared = List.copyOf(spared);
      if (!interval.isPositive() || jitter.isNegative()) {
        throw new IllegalArgumentException(
            "reseed.validator.cycle-interval must be longer than 0, cycle-jitter 0 or longer, not "
                + interval
                + " and "
                + jitter);
      }
      checkCycles("table-check-cycles", tableCheckCycles);
      checkCycles("content-check-cycles", contentCheckCycles);
    }

    private static void checkCycles(String key, int cycles) {
      if (cycles < 1 || cycles > CYCLES_MAX) {
        throw new IllegalArgumentException(
            "reseed.validator.%s must be 1 to %d, not %d".formatted(key, CYCLES_MAX, cycles));
      }
    }

    Backups with(BackupPolicy declared) {
      return new Backups(
          declared.intervalSeconds() == null
              ? interval
              : Duration.ofSeconds(declared.intervalSeconds()),
          declared.jitterSeconds() == null ? jitter : Duration.ofSeconds(declared.jitterSeconds()),
          declared.cron(),
          Objects.requireNonNullElse(declared.readBack(), readBack),
          Objects.requireNonNullElse(declared.tableCheckCycles(), tableCheckCycles),
          Objects.requireNonNullElse(declared.contentCheckCycles(), contentCheckCycles),
          Objects.requireNonNullElse(declared.spared(), spared));
    }
  }

  /** How a shard's backups are made, with what it says itself. */
  Backups backups(@Nullable BackupPolicy declared) {
    return declared == null ? backups : backups.with(declared);
  }

  /**
   * When the primary itself may be copied.
   *
   * @param primaryAllowed whether ever
   * @param replicaWaitMax how long a shard that should have replicas waits for one before
   */
  public record Donor(boolean primaryAllowed, Duration replicaWaitMax) {}

  /**
   * How often to try.
   *
   * @param max in one cycle
   * @param backoffMax the wait between two doubles from the retry interval up to this
   * @param cycleRetryInterval how soon a failed cycle is followed by another
   */
  public record Attempts(int max, Duration backoffMax, Duration cycleRetryInterval) {
    public Attempts {
      if (max < 1) {
        throw new IllegalArgumentException(
            "reseed.validator.attempts-max must be 1 or more, not " + max);
      }
    }
  }

  /** How long to wait after so many failures. */
  Duration backoff(int failures) {
    Duration wait = retryInterval;
    for (int i = 1; i < failures && wait.compareTo(attempts.backoffMax()) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return wait.compareTo(attempts.backoffMax()) < 0 ? wait : attempts.backoffMax();
  }
}
