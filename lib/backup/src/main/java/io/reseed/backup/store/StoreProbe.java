package io.reseed.backup.store;

import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * What a store was found to be able to do.
 *
 * @param lacks one sentence per missing thing; empty when the store is fit
 * @param clockDifference how far the store's clock is ahead of this host's, to about a second;
 *     negative when it is behind
 */
public record StoreProbe(List<String> lacks, Duration clockDifference) {
  /** What the store's clock and this host's may differ by: S3 refuses requests at 15 minutes. */
  public static final Duration CLOCK_DIFFERENCE_MAX = Duration.ofMinutes(5);

  /** Small beside any pack; more than what is left by chance of a quota that is used up. */
  private static final int ROOM_BYTES = 64 * 1024;

  private static final String ROOM = "probe/room";

  /** Copies the list. */
  public StoreProbe {
    lacks = List.copyOf(lacks);
  }

  /** Whether a repository can live in this store. */
  public boolean fit() {
    return lacks.isEmpty();
  }

  /**
   * Does nothing when the store is fit.
   *
   * @throws FailureException {@code STORE_UNFIT} with everything that it lacks
   */
  public void requireFit() {
    if (!fit()) {
      throw new FailureException(
          FailureCode.STORE_UNFIT,
          "the store cannot hold backups; it lacks " + String.join("; ", lacks),
          "Change the store's settings, its account's permissions, or take another store.");
    }
  }

  /**
   * Puts a small object and removes it, to find out what would refuse a whole backup before one is
   * made: a quota that is used up, rights that were taken. Several at one time do each other no
   * harm.
   *
   * @throws FailureException as the store refuses it
   */
  public static void requireWritable(ObjectStore store) {
    store.put(ROOM, ByteBuffer.wrap(new byte[ROOM_BYTES]));
    store.delete(ROOM);
  }

  /**
   * Opens the store, asks it as {@link #of(ObjectStore, String)} does, and whether it refuses what
   * arrives otherwise than it was sent.
   *
   * @param nonce not used by another probe at the same time
   * @throws FailureException when the store cannot be reached or refuses us altogether
   */
  public static StoreProbe of(StoreSettings settings, String nonce) {
    if (settings.isFolder()) {
      try (ObjectStore store = settings.open()) {
        return of(store, nonce);
      }
    }
    S3Objects objects = S3Store.objects(settings);
    try (ObjectStore store = S3Store.retrying(objects, settings)) {
      return new StoreProbing(store, nonce, InstantSource.system())
          .with(objects::refusesWhatIsDamaged)
          .run();
    }
  }

  /**
   * Asks the store, with a few small objects below {@code probe/<nonce>/}, for everything that the
   * format needs: puts that never replace, also when several race, and those that do; reads of
   * whole objects and parts, and errors for what is not there; listings that are complete and in
   * order at once; deletes; a clock near this host's. Leaves nothing behind unless deleting is what
   * it lacks.
   *
   * @param nonce not used by another probe at the same time
   * @throws FailureException when the store cannot be reached or refuses us altogether
   */
  public static StoreProbe of(ObjectStore store, String nonce) {
    return new StoreProbing(store, nonce, InstantSource.system()).run();
  }
}
