package io.reseed.demo;

import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.installation.Dataset;
import io.reseed.installation.Installation;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.trust.AllowedServers;
import io.reseed.mysql.trust.ServerTrust;
import io.reseed.mysql.trust.TlsMode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;

/**
 * What goes on in a kept demo's fleet beside Reseed, as a process of its own: the failover tool and
 * the writer of each shard.
 */
final class FleetLife {
  /** What it prints once it works. */
  static final String READY = "looking after the fleet";

  private static final String PRIMARY = "primary.";

  private FleetLife() {}

  /** Writes the file that {@link #main} takes; holds passwords, so only its owner may read it. */
  static void configure(
      Path file, Installation installation, Map<ShardName, ServerAddress> primaries, Dataset data)
      throws IOException {
    Properties values = new Properties();
    values.setProperty("kafka", installation.kafka().bootstrapServers());
    values.setProperty("bytes", Long.toString(data.bytes()));
    put(values, "admin", installation.fleet().accounts().admin());
    put(values, "replicator", installation.fleet().accounts().replicator());
    primaries.forEach((shard, primary) -> values.setProperty(PRIMARY + shard, primary.toString()));
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (OutputStream out = Files.newOutputStream(file)) {
      values.store(out, null);
    }
  }

  private static void put(Properties values, String name, Credentials account) {
    values.setProperty(name + ".user", account.user());
    values.setProperty(name + ".password", account.password());
    account
        .trust()
        .authorities()
        .ifPresent(file -> values.setProperty(name + ".authorities", file.toString()));
  }

  /** Runs until it is ended. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Properties values = new Properties();
    try (InputStream in = Files.newInputStream(Path.of(arguments[0]))) {
      values.load(in);
    }
    Credentials admin = account(values, "admin");
    FailoverTool.Accounts accounts =
        new FailoverTool.Accounts(admin, account(values, "replicator"));
    FailoverTool.Voice voice =
        new FailoverTool.Voice(
            Announcers.byKafka(values.getProperty("kafka")), TopologyListener.NONE);
    List<Writer> writers = new ArrayList<>();
    for (String key : values.stringPropertyNames()) {
      if (key.startsWith(PRIMARY)) {
        ShardName shard = ShardName.parse(key.substring(PRIMARY.length()));
        ServerAddress primary = ServerAddress.parse(values.getProperty(key));
        FailoverTool tool = FailoverTool.start(shard, primary, accounts, voice);
        long bytes = Long.parseLong(values.getProperty("bytes"));
        writers.add(Writer.start(shard.shard(), tool::primary, admin, bytes));
      }
    }
    System.out.println(READY + ", shards: " + writers.size());
    new CountDownLatch(1).await(); // until SIGTERM
  }

  private static Credentials account(Properties values, String name) {
    return new Credentials(
        values.getProperty(name + ".user"),
        values.getProperty(name + ".password"),
        new ServerTrust(
            new AllowedServers(List.of("127.0.0.0/8")),
            TlsMode.VERIFY_IDENTITY,
            Optional.of(Path.of(values.getProperty(name + ".authorities")))));
  }
}
