package io.reseed.mysql.server;

import io.reseed.fleet.ServerAddress;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a server of ours is. Kept in its folder, so that a new process of ours can adopt it.
 *
 * @param directory the server's own folder; holds {@code data/}, {@code run/} and the marker file
 * @param address what it binds to and reports to its source
 * @param serverId {@code server_id}, unique within the shard
 * @param bufferPoolMegabytes sizes memory; 64 suits tests
 * @param fenced starts with super_read_only, skip_replica_start and without event scheduler: every
 *     server that was restored or cloned
 * @param settings more lines for my.cnf; they win over ours. {@link #KEYRING} among them
 */
public record ServerSpec(
    Path directory,
    ServerAddress address,
    long serverId,
    int bufferPoolMegabytes,
    boolean fenced,
    Map<String, String> settings) {

  /** Among the settings, no line of my.cnf: the keyring component that the files need. */
  public static final String KEYRING = "reseed_keyring";

  private static final long SERVER_ID_MAX = 0xFFFF_FFFFL;

  /** Checks and copies. */
  public ServerSpec {
    directory = directory.toAbsolutePath().normalize();
    Map<String, String> named = new TreeMap<>();
    settings.forEach((name, value) -> named.put(name.replace('-', '_'), value));
    settings = Collections.unmodifiableMap(named);
    if (serverId < 1 || serverId > SERVER_ID_MAX) {
      throw new IllegalArgumentException("server_id must be 1 to 4294967295, not " + serverId);
    }
    if (bufferPoolMegabytes < 5) {
      throw new IllegalArgumentException("buffer pool below MySQL's minimum of 5 MB");
    }
    settings.forEach(ServerSpec::checkSetting);
  }

  /** A server without further settings. */
  public static ServerSpec of(
      Path directory, ServerAddress address, long serverId, int bufferPoolMegabytes) {
    return new ServerSpec(directory, address, serverId, bufferPoolMegabytes, false, Map.of());
  }

  /** This server, fenced or not. */
  public ServerSpec withFenced(boolean newFenced) {
    return new ServerSpec(directory, address, serverId, bufferPoolMegabytes, newFenced, settings);
  }

  /** This server with these further settings. */
  public ServerSpec withSettings(Map<String, String> newSettings) {
    return new ServerSpec(directory, address, serverId, bufferPoolMegabytes, fenced, newSettings);
  }

  private static void checkSetting(String name, String value) {
    if (!name.matches("[a-z][a-z0-9_-]*") || value.chars().anyMatch(c -> c < ' ')) {
      throw new IllegalArgumentException("not a setting for my.cnf: " + name + "=" + value);
    }
  }
}
