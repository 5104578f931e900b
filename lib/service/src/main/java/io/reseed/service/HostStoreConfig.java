package io.reseed.service;

import io.reseed.backup.encryption.LocalMasterKeys;
import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.store.Bandwidth;
import io.reseed.backup.store.BandwidthFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** {@link StoreConfig} of a host, which reads or writes what backups hold. */
public interface HostStoreConfig extends StoreConfig {
  /**
   * A file with a line for each master key: a name and 32 bytes in base64. Backups are read with
   * all of them, and encrypted by the first.
   */
  Optional<Path> masterKeysFile();

  /** The keys themselves, for an environment variable. */
  Optional<String> masterKeys();

  /** Limits what is read and written here, and may be changed at any time. */
  Optional<Path> bandwidthFile();

  /**
   * As the library is told.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  static MasterKeys keys(HostStoreConfig store) {
    return LocalMasterKeys.configured(store.masterKeysFile(), store.masterKeys());
  }

  /** The limit, which follows its file while the service runs; none without a file. */
  static Bandwidth bandwidth(HostStoreConfig store, ServiceParts parts) {
    Bandwidth bandwidth = Bandwidth.unlimited();
    store
        .bandwidthFile()
        .ifPresent(
            file -> parts.opened(BandwidthFile.follow(file, bandwidth, Duration.ofSeconds(5))));
    return bandwidth;
  }
}
