package io.reseed.cli.backup;

import io.reseed.backup.encryption.LocalMasterKeys;
import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.store.Bandwidth;
import io.reseed.backup.store.BandwidthFile;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.StoreSettings;
import io.reseed.cli.invocation.CliException;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where backups lie and the keys that they are encrypted with: as the services' configuration says
 * it. A variable wins over the file. Until it is closed, the bandwidth is what its file says, as
 * for services: to read all backups through takes hours.
 */
public record StoreConfig(
    StoreSettings settings,
    MasterKeys masterKeys,
    Bandwidth bandwidth,
    Optional<BandwidthFile> bandwidthFile)
    implements AutoCloseable {
  private static final Duration BANDWIDTH_INTERVAL = Duration.ofSeconds(5);
  private static final String PREFIX = "reseed.store.";
  private static final Set<String> NAMES =
      new TreeSet<>(
          Set.of(
              "endpoint",
              "region",
              "bucket",
              "prefix",
              "access-key",
              "secret-key",
              "path-style",
              "bandwidth-file",
              "master-keys-file",
              "master-keys"));

  /**
   * Reads the configuration.
   *
   * @param file a service's configuration file; what it says of other things is passed over
   * @throws CliException that names everything that is wrong at once
   * @throws io.reseed.fleet.FailureException when the file with the master keys cannot be read
   */
  static StoreConfig load(@Nullable Path file, Map<String, String> environment) {
    List<String> problems = new ArrayList<>();
    Map<String, String> values = read(file, problems);
    for (String name : NAMES) {
      String value = environment.get(variable(name));
      if (value != null) {
        values.put(name, value);
      }
    }
    values.values().removeIf(String::isBlank);
    if (!values.containsKey("bucket")) {
      problems.add("it is not said where backups lie: no bucket");
    }
    if (values.containsKey("access-key") != values.containsKey("secret-key")) {
      problems.add("access-key and secret-key belong together");
    }
    if (!problems.isEmpty()) {
      throw unusable(String.join("; ", problems));
    }
    try {
      return of(values);
    } catch (IllegalArgumentException e) {
      throw unusable(String.valueOf(e.getMessage()));
    }
  }

  private static StoreConfig of(Map<String, String> values) {
    Optional<String> endpoint = value(values, "endpoint");
    StoreSettings settings =
        new StoreSettings(
            endpoint.map(URI::create).orElse(null),
            value(values, "region").orElse("us-east-1"),
            value(values, "bucket").orElse(""),
            value(values, "prefix").orElse(""),
            value(values, "access-key")
                .map(
                    key ->
                        new StoreSettings.Credentials(key, value(values, "secret-key").orElse("")))
                .orElse(null),
            value(values, "path-style").map(Boolean::parseBoolean).orElse(false),
            StoreSettings.Client.defaults());
    MasterKeys masterKeys =
        LocalMasterKeys.configured(
            value(values, "master-keys-file").map(Path::of), value(values, "master-keys"));
    Bandwidth bandwidth = Bandwidth.unlimited();
    return new StoreConfig(
        settings,
        masterKeys,
        bandwidth,
        value(values, "bandwidth-file")
            .map(file -> BandwidthFile.follow(Path.of(file), bandwidth, BANDWIDTH_INTERVAL)));
  }

  /** The store within the bandwidth; the caller closes it. */
  public ObjectStore open() {
    return bandwidth.within(settings.open());
  }

  /** Follows the bandwidth no more. */
  @Override
  public void close() {
    bandwidthFile.ifPresent(BandwidthFile::close);
  }

  private static Map<String, String> read(@Nullable Path file, List<String> problems) {
    Map<String, String> values = new HashMap<>();
    if (file == null) {
      return values;
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException unreadable) {
      problems.add(file + " cannot be read: " + unreadable);
    }
    for (String key : new TreeSet<>(properties.stringPropertyNames())) {
      if (key.startsWith(PREFIX)) {
        String name = key.substring(PREFIX.length());
        values.put(name, properties.getProperty(key));
        if (!NAMES.contains(name)) {
          problems.add(file + " has the unknown key '" + key + "'");
        }
      }
    }
    return values;
  }

  private static Optional<String> value(Map<String, String> values, String name) {
    return Optional.ofNullable(values.get(name));
  }

  private static String variable(String name) {
    return (PREFIX + name).toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  private static CliException unusable(String what) {
    return CliException.usage(
        "the store's configuration cannot be used: " + what,
        "give --store-config with a service's configuration file, or set RESEED_STORE_BUCKET and"
            + " the like as its keys "
            + PREFIX
            + "* are called");
  }
}
