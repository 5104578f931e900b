package io.reseed.events;

import io.reseed.events.rule.Check;
import io.reseed.fleet.Failure;
import io.reseed.fleet.ShardName;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The current status of a shard's backups and its backup pipeline, as the validator-service sees
 * it.
 *
 * @param headline one sentence for people
 * @param failure what keeps the pipeline from its work and what to do, if something does; while no
 *     proven backup exists, at least that
 * @param proven whether a backup exists that is RESTORABLE or VALIDATED
 * @param cycle the cycle in flight, if any
 * @param nextCycleAt when the next regular cycle is due, if it is known
 * @param backups newest first, at most 100
 */
public record BackupStatus(
    ShardName shard,
    String headline,
    @Nullable Failure failure,
    boolean proven,
    @Nullable Cycle cycle,
    @Nullable Instant nextCycleAt,
    List<Backup> backups,
    Instant updatedAt)
    implements Event {
  /** Most backups that a status lists. */
  public static final int BACKUPS_MAX = 100;

  /** How far a backup is proven. */
  public enum Degree {
    /** Committed; nobody restored it yet. */
    CREATED,
    /** Read back from the store, every hash right; a server started on it and was checked. */
    RESTORABLE,
    /** Restored, caught up and checked. */
    VALIDATED,
    /** Must not be used. */
    UNHEALTHY
  }

  /**
   * A cycle in flight.
   *
   * @param backup what it restores; absent for a fresh one
   */
  public record Cycle(
      String seeding,
      int attempt,
      String host,
      SeedingStage stage,
      CycleKind kind,
      @Nullable String backup) {
    /** Checks presence. */
    public Cycle {
      Check.name("cycle.seeding", seeding);
      Check.atLeast("cycle.attempt", 1, attempt);
      Check.name("cycle.host", host);
      Check.present("cycle.stage", stage);
      Check.present("cycle.kind", kind);
      Check.optionalName("cycle.backup", backup);
    }
  }

  /**
   * One backup of the catalogue.
   *
   * @param note why it has its degree, for people
   * @param evidence what proved it; only of the newest few
   * @param suspected who said that it is bad, if somebody did and no examination has shown yet
   *     whether that is true, for people
   * @param unusable why it cannot be used with the present primary although nothing is wrong with
   *     it, if that is so, for people
   */
  public record Backup(
      String backup,
      Degree degree,
      String gtidSet,
      long bytesRaw,
      long bytesStored,
      Instant createdAt,
      @Nullable String note,
      @Nullable Evidence evidence,
      @Nullable String suspected,
      @Nullable String unusable) {
    /** Checks presence. */
    public Backup {
      Check.name("backups.backup", backup);
      Check.present("backups.degree", degree);
      Check.gtidSet("backups.gtidSet", gtidSet);
      Check.atLeast("backups.bytesRaw", 0, bytesRaw);
      Check.atLeast("backups.bytesStored", 0, bytesStored);
      Check.present("backups.createdAt", createdAt);
      Check.optionalText("backups.note", note);
      Check.optionalText("backups.suspected", suspected);
      Check.optionalText("backups.unusable", unusable);
    }

    /** This one, with what is said against it. */
    public Backup suspected(@Nullable String why) {
      return with(why, unusable);
    }

    /** This one, with what keeps the present primary from using it. */
    public Backup unusable(@Nullable String why) {
      return with(suspected, why);
    }

    private Backup with(@Nullable String suspicion, @Nullable String misfit) {
      return new Backup(
          backup,
          degree,
          gtidSet,
          bytesRaw,
          bytesStored,
          createdAt,
          note,
          evidence,
          suspicion,
          misfit);
    }
  }

  /** Checks presence and bounds. */
  public BackupStatus {
    Check.present("shard", shard);
    Check.text("headline", headline);
    backups = Check.atMost("backups", BACKUPS_MAX, backups);
    Check.present("updatedAt", updatedAt);
  }

  @Override
  public Topic topic() {
    return Topic.BACKUP_STATUS;
  }

  @Override
  public String key() {
    return shard.toString();
  }
}
