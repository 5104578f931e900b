package io.reseed.validator;

import io.reseed.backup.BackupException;
import io.reseed.backup.FailureCode;
import io.reseed.backup.store.StoreProbe;
import io.reseed.backup.store.StoreSettings;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the store once, when the service starts: an unfit one would spoil backups in ways that
 * nobody sees before they are needed. This service does it, for it writes; who only reads backups
 * needs no right to write.
 */
final class StoreAdmission {
  private static final Logger LOG = LoggerFactory.getLogger(StoreAdmission.class);

  private StoreAdmission() {}

  /**
   * Asks the store for all that backups need. A store that does not answer is none that is unfit:
   * jobs wait for it, and shards must be looked after meanwhile.
   *
   * @throws BackupException {@code STORE_UNFIT} with everything that is missing; others when the
   *     store refuses us
   */
  static void probe(StoreSettings settings) {
    try {
      StoreProbe probe = StoreProbe.of(settings, UUID.randomUUID().toString());
      probe.requireFit();
      LOG.info("Store is fit clockDifference={}", probe.clockDifference());
    } catch (BackupException e) {
      if (e.code() != FailureCode.STORE_UNREACHABLE) {
        throw e;
      }
      LOG.warn(
          "Store does not answer and was not probed, this is done at the next start cause={}",
          e.getMessage());
    }
  }
}
