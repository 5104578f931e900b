package io.reseed.bench.work;

import io.reseed.backup.format.Manifest;
import io.reseed.bench.contest.Contest;
import io.reseed.bench.contest.Contestant;
import io.reseed.bench.data.Dataset;
import io.reseed.bench.figures.Goal;
import io.reseed.bench.figures.Result;
import io.reseed.bench.figures.Role;
import io.reseed.bench.figures.Section;
import io.reseed.bench.machine.PageCache;
import io.reseed.bench.peer.Mydumper;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.replication.Clone;
import io.reseed.mysql.replication.CloneRequest;
import io.reseed.mysql.server.LocalServer;
import io.reseed.mysql.server.ServerSpec;
import io.reseed.testkit.FleetAccounts;
import io.reseed.testkit.MysqlFleet;
import io.reseed.testkit.MysqlServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Until a new server answers queries with all rows. */
public final class ServerWork implements Discipline {
  private static final Duration PATIENCE = Duration.ofMinutes(20);
  private static final int BUFFER_POOL_MEGABYTES = 128;
  private static final long SERVER_ID = 4_000_000_001L;

  /** Of every new server; all else is as MySQL ships it, durable at each commit. */
  private static final Map<String, String> SETTINGS =
      Map.of("innodb_buffer_pool_size", BUFFER_POOL_MEGABYTES + "M");

  @Override
  public String id() {
    return "server";
  }

  @Override
  public Section measure(Ground ground) throws IOException {
    List<Result> results = new ArrayList<>();
    for (Dataset data : ground.datasets()) {
      data.server().start();
      try (Stored stored = Stored.plain(ground.bucket(), "server")) {
        Field field = new Field(ground, data, stored, new AtomicInteger());
        for (PageCache cache : ground.settings().caches()) {
          results.add(ground.run(field.contest(cache)));
        }
      } finally {
        data.server().stop();
      }
      ground.bucket().clear("server");
    }
    return new Section(
        id(),
        "Restore: store → server answers queries",
        "CLONE, myloader and replication are given an empty server that runs already, and a live"
            + " donor with nothing else to do; CLONE leaves data in the page cache, Reseed's is"
            + " durable. Tables' checksums are compared with the donor's.",
        results);
  }

  private record Field(Ground ground, Dataset data, Stored stored, AtomicInteger servers) {
    Contest contest(PageCache cache) throws IOException {
      List<String> absent = new ArrayList<>(ground.tools().missing("mydumper", "myloader"));
      List<Contestant> all = new ArrayList<>();
      all.add(ours());
      all.add(cloned());
      all.add(replicated());
      if (absent.isEmpty()) {
        Mydumper tool = new Mydumper(ground.tools(), ground.fleet().accounts().admin());
        Path dump = ground.folder("dumps").resolve("dump-" + servers.incrementAndGet());
        try {
          tool.dump(data.server().address(), "bench", dump);
          all.add(loaded(tool, dump));
        } catch (IOException e) {
          absent.add("myloader: mydumper cannot dump this server: " + e.getMessage());
        }
      }
      return new Contest(
          Ground.sizeText(data.base().bytes()) + ", " + data.kind().label(),
          cache,
          all,
          absent,
          List.of(
              new Goal.TimesFasterThan("CLONE", 1 / 1.5),
              new Goal.TimesFasterThan("myloader", 5),
              new Goal.TimesFasterThan("replication", 10)));
    }

    private Contestant ours() throws IOException {
      Manifest manifest = stored.repository().write(Stored.SHARD, data.base(), null).manifest();
      List<LocalServer> made = new ArrayList<>();
      MysqlFleet fleet = ground.fleet();
      return Contestant.of(
              "Reseed",
              Role.OURS,
              data.base().bytes(),
              () -> {
                LocalServer server = made.getLast();
                long moved =
                    stored
                        .repository()
                        .restore(manifest, server.dataDirectory())
                        .bytesTransferred();
                server.start(PATIENCE);
                try (MysqlSession session = server.open(fleet.accounts().admin())) {
                  touch(session);
                }
                return moved;
              })
          .preparing(() -> made.add(newServer()))
          .checking(
              () -> {
                try (MysqlSession session = made.getLast().open(fleet.accounts().admin())) {
                  compare(session);
                }
                made.getLast().destroy();
              });
    }

    private LocalServer newServer() throws IOException {
      MysqlFleet fleet = ground.fleet();
      Path folder = ground.folder("fleet").resolve("restored-" + servers.incrementAndGet());
      ServerSpec spec =
          ServerSpec.of(folder, fleet.nextAddress(), SERVER_ID, BUFFER_POOL_MEGABYTES)
              .withSettings(fleet.tlsOptions());
      return LocalServer.create(spec, fleet.tree());
    }

    private Contestant cloned() throws IOException {
      try (MysqlSession donor = data.server().open()) {
        if (donor
            .query("SELECT 1 AS n FROM information_schema.plugins WHERE plugin_name = 'clone'")
            .isEmpty()) {
          donor.execute("INSTALL PLUGIN clone SONAME 'mysql_clone.so'");
        }
      }
      FleetAccounts accounts = ground.fleet().accounts();
      CloneRequest request =
          new CloneRequest(
              data.server().address(), accounts.donor(), accounts.agent(), 0, PATIENCE);
      return peer(
          "CLONE",
          server -> {
            Clone.run(server.local(), request, progress -> {});
            server.start();
          });
    }

    private Contestant replicated() throws IOException {
      return peer(
          "replication",
          server -> {
            server.replicateFrom(data.server(), PATIENCE);
            server.awaitCaughtUpWith(data.server(), PATIENCE);
          });
    }

    private Contestant loaded(Mydumper tool, Path dump) throws IOException {
      return peer("myloader", server -> tool.load(server.address(), dump));
    }

    private interface Filling {
      void fill(MysqlServerProcess server) throws IOException;
    }

    private Contestant peer(String name, Filling filling) throws IOException {
      List<MysqlServerProcess> made = new ArrayList<>();
      MysqlFleet fleet = ground.fleet();
      return Contestant.of(
              name,
              Role.PEER,
              data.base().bytes(),
              () -> {
                filling.fill(made.getLast());
                try (MysqlSession session = made.getLast().open()) {
                  touch(session);
                }
                return 0;
              })
          .preparing(
              () ->
                  made.add(
                      fleet.newServer(
                          "filled-" + servers.incrementAndGet(), fleet.nextAddress(), SETTINGS)))
          .checking(
              () -> {
                try (MysqlSession session = made.getLast().open()) {
                  compare(session);
                }
                fleet.destroy(made.getLast());
              });
    }

    /** A first query to each table. */
    private static void touch(MysqlSession session) {
      for (String table : Dataset.tables()) {
        session.query("SELECT id, k, c FROM " + table + " ORDER BY id DESC LIMIT 1");
      }
    }

    private void compare(MysqlSession session) throws IOException {
      try (MysqlSession donor = data.server().open()) {
        for (String table : Dataset.tables()) {
          String expected = checksum(donor, table);
          String found = checksum(session, table);
          if (!expected.equals(found)) {
            throw new IOException(table + " has checksum " + found + " instead of " + expected);
          }
        }
      }
    }

    private static String checksum(MysqlSession session, String table) {
      return session.query("CHECKSUM TABLE " + table).getFirst().text("Checksum");
    }
  }
}
