package io.reseed.backup.encryption;

import io.reseed.backup.format.WrappedKey;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;

/**
 * The keys that wrap backups' data keys. They never leave whoever holds them: a key service can
 * stand behind this. Safe for many threads.
 */
public interface MasterKeys {
  /** None: nothing is encrypted, and nothing that is can be read. */
  MasterKeys NONE =
      new MasterKeys() {
        @Override
        public boolean canWrap() {
          return false;
        }

        @Override
        public WrappedKey wrap(byte[] dataKey, String context) {
          throw new IllegalStateException("there is no master key to wrap with");
        }

        @Override
        public byte[] unwrap(WrappedKey wrapped, String context) {
          throw unknown(wrapped.masterKey());
        }
      };

  /** Whether new backups are to be encrypted. */
  boolean canWrap();

  /**
   * Wraps with the current key.
   *
   * @param context what the key is for; unwrapping takes the same
   */
  WrappedKey wrap(byte[] dataKey, String context);

  /**
   * The data key.
   *
   * @throws FailureException {@code KEY_UNKNOWN} when the master key is not here; {@code KEY_WRONG}
   *     when the one of that name did not wrap this
   */
  byte[] unwrap(WrappedKey wrapped, String context);

  /** The failure of a master key that is not here. */
  static FailureException unknown(String masterKey) {
    return new FailureException(
        FailureCode.KEY_UNKNOWN,
        "the backup is encrypted with master key '" + masterKey + "', which is not here",
        "Configure that master key on this host.");
  }
}
