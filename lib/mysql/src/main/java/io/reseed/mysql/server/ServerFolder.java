package io.reseed.mysql.server;

import io.reseed.durable.DurableFile;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.MysqlException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where the parts of a server lie in its folder, and the marker file that makes the folder ours and
 * remembers the spec.
 */
record ServerFolder(Path directory) {
  private static final String MARKER = "reseed-server.properties";
  private static final String VERSION = "1";
  private static final String SETTING_PREFIX = "setting.";

  Path marker() {
    return directory.resolve(MARKER);
  }

  Path data() {
    return directory.resolve("data");
  }

  /** Where a data directory is prepared, so that {@link #data} is whole or empty. */
  Path dataPartial() {
    return directory.resolve("data.partial");
  }

  Path run() {
    return directory.resolve("run");
  }

  Path settings() {
    return run().resolve("my.cnf");
  }

  Path errorLog() {
    return run().resolve("error.log");
  }

  /** What the process prints before it opens its error log. */
  Path console() {
    return run().resolve("console.log");
  }

  Path processRecord() {
    return run().resolve("process.properties");
  }

  /** Statements of the first start; holds passwords, so it goes away after that. */
  Path bootstrap() {
    return run().resolve("bootstrap.sql");
  }

  /** Names what a clone may write outside this folder, while it may. */
  Path clonedOutside() {
    return run().resolve("cloned-outside");
  }

  boolean isOurs() {
    return Files.isRegularFile(marker());
  }

  /** Missing, empty, or left by a crash in the middle of writing the marker: nobody's data. */
  boolean isUnbegun() {
    return Folders.holdsAtMost(directory, Set.of(DurableFile.aside(marker())));
  }

  void writeSpec(ServerSpec spec) {
    Properties properties = new Properties();
    properties.setProperty("version", VERSION);
    properties.setProperty("address", spec.address().toString());
    properties.setProperty("serverId", Long.toString(spec.serverId()));
    properties.setProperty("bufferPoolMegabytes", Integer.toString(spec.bufferPoolMegabytes()));
    properties.setProperty("fenced", Boolean.toString(spec.fenced()));
    spec.settings().forEach((name, value) -> properties.setProperty(SETTING_PREFIX + name, value));
    Folders.replace(marker(), print(properties, "A server of Reseed; destroy removes it."));
  }

  /** Empty without a marker; an unreadable marker is an error, never a foreign folder. */
  Optional<ServerSpec> readSpec() {
    if (!isOurs()) {
      return Optional.empty();
    }
    Properties properties = read(marker());
    try {
      if (!VERSION.equals(properties.getProperty("version"))) {
        throw new IllegalArgumentException("version " + properties.getProperty("version"));
      }
      Map<String, String> settings = new TreeMap<>();
      for (String name : properties.stringPropertyNames()) {
        if (name.startsWith(SETTING_PREFIX)) {
          settings.put(name.substring(SETTING_PREFIX.length()), properties.getProperty(name));
        }
      }
      return Optional.of(
          new ServerSpec(
              directory,
              ServerAddress.parse(properties.getProperty("address", "")),
              Long.parseLong(properties.getProperty("serverId", "")),
              Integer.parseInt(properties.getProperty("bufferPoolMegabytes", "")),
              Boolean.parseBoolean(properties.getProperty("fenced", "")),
              settings));
    } catch (IllegalArgumentException e) {
      throw new MysqlException(
          FailureCode.NOT_OUR_FOLDER, "cannot read " + marker() + ": " + e.getMessage(), e);
    }
  }

  static Properties read(Path file) {
    Properties properties = new Properties();
    try (var reader = new StringReader(Files.readString(file))) {
      properties.load(reader);
      return properties;
    } catch (IOException e) {
      throw Folders.failed("read", file, e);
    }
  }

  static String print(Properties properties, String comment) {
    StringWriter text = new StringWriter();
    try {
      properties.store(text, comment);
    } catch (IOException e) {
      throw Folders.failed("print properties", e);
    }
    return text.toString();
  }
}
