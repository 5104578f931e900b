package io.reseed.system;

import io.reseed.installation.Tempo;
import java.util.HashMap;
import java.util.Map;

/**
 * What a {@link Site} consists of.
 *
 * @param backupHosts named {@code backup-1} and so on, each with a validator-service
 * @param spareHosts named {@code spare-1} and so on
 * @param diskMegabytes of a small disk that each backup host has for itself; 0: none
 * @param dataBytes of each shard
 * @param restoreMegabytesPerSecondMax so that restores take long enough to be struck in their
 *     middle; 0: as fast as they can
 * @param tempo what differs from production
 */
record SitePlan(
    int backupHosts,
    int spareHosts,
    int diskMegabytes,
    long dataBytes,
    int restoreMegabytesPerSecondMax,
    Tempo tempo) {
  private static final long BYTES_OF_REPAIRS = 8_000_000;
  private static final long BYTES_OF_BACKUPS = 4_000_000;
  private static final int RESTORE_MEGABYTES_PER_SECOND = 16;

  /** For tests of repairs: some spare hosts, one backup host. */
  static SitePlan ofRepairs(int spareHosts) {
    Tempo brisk = Tempo.brisk();
    Map<String, String> detector = new HashMap<>(brisk.detector());
    // agents are frozen for a failover, which takes its time here, and must still count as alive
    detector.put("reseed.detector.host-heartbeat-timeout", "90s");
    Tempo tempo = new Tempo(detector, briskRestore(brisk), brisk.catchUp(), brisk.validator());
    return new SitePlan(1, spareHosts, 0, BYTES_OF_REPAIRS, 0, tempo);
  }

  /** For tests of the backup pipeline: little data, and cycles only when they are asked for. */
  static SitePlan ofBackups(int diskMegabytes) {
    Tempo brisk = Tempo.brisk();
    Map<String, String> restore = briskRestore(brisk);
    restore.put("reseed.restore.store-grace-period", "5s");
    Map<String, String> catchUp = new HashMap<>(brisk.catchUp());
    // what a busy machine holds up is no stall, and is not silent
    catchUp.put("reseed.catchup.stall-max", "30s");
    catchUp.put("reseed.catchup.answer-timeout", "8s");
    Map<String, String> validator = new HashMap<>(brisk.validator());
    validator.put("reseed.validator.catalogue-interval", "2s");
    validator.put("reseed.validator.retry-interval", "1s");
    validator.put("reseed.validator.progress-timeout", "40s");
    validator.put("reseed.validator.store-grace-period", "5s");
    validator.put("reseed.validator.cycle-retry-interval", "5s");
    return new SitePlan(
        2,
        1,
        diskMegabytes,
        BYTES_OF_BACKUPS,
        RESTORE_MEGABYTES_PER_SECOND,
        new Tempo(brisk.detector(), restore, catchUp, validator));
  }

  /** This plan with a detector that soon holds a replica that does not answer for lost. */
  SitePlan withReplicasSoonLost() {
    Map<String, String> detector = new HashMap<>(tempo.detector());
    detector.put("reseed.detector.replica-lost-after", "10s");
    return new SitePlan(
        backupHosts,
        spareHosts,
        diskMegabytes,
        dataBytes,
        restoreMegabytesPerSecondMax,
        new Tempo(detector, tempo.restore(), tempo.catchUp(), tempo.validator()));
  }

  private static Map<String, String> briskRestore(Tempo brisk) {
    Map<String, String> restore = new HashMap<>(brisk.restore());
    restore.put("reseed.restore.death-grace", "3s");
    restore.put("reseed.restore.retry-interval", "1s");
    return restore;
  }
}
