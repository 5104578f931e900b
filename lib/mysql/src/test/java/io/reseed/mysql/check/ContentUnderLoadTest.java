package io.reseed.mysql.check;

import static io.reseed.mysql.Fleet.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.mysql.Fleet;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.check.ContentComparison.Bounds;
import io.reseed.mysql.check.ContentComparison.Result;
import io.reseed.mysql.check.ContentComparison.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

/** While a source is written to as fast as it takes. */
@ExtendWith(Fleet.Extension.class)
@TestInstance(Lifecycle.PER_CLASS)
@Tag("slow")
final class ContentUnderLoadTest {
  private static final int ROUNDS = 4;
  private static final int ROUNDS_OF_LONG_RUNS = 12;
  private static final int WRITERS = 3;
  private static final List<TableName> TABLES =
      List.of(
          new TableName("busy", "parents"),
          new TableName("busy", "children"),
          new TableName("busy", "logged"));

  private final Trio trio;
  private final AtomicBoolean ended = new AtomicBoolean();

  ContentUnderLoadTest(Fleet fleet) {
    trio = Trio.start(fleet);
  }

  @BeforeAll
  void fill() {
    trio.onSource(
        "CREATE DATABASE busy",
        "CREATE TABLE busy.parents (id INT PRIMARY KEY, v INT, w VARCHAR(100))",
        """
        CREATE TABLE busy.children (id INT PRIMARY KEY AUTO_INCREMENT, parent INT, v INT,
          FOREIGN KEY (parent) REFERENCES busy.parents (id) ON DELETE CASCADE ON UPDATE CASCADE)
        """,
        "CREATE TABLE busy.logged (v INT, w VARCHAR(100))",
        """
        INSERT INTO busy.parents
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
        SELECT a.i * 1000 + b.i, a.i, UUID() FROM n a JOIN n b ON a.i <= 30
        """,
        "INSERT INTO busy.children (parent, v) SELECT id, v FROM busy.parents WHERE id % 3 = 0");
    trio.awaitCopy();
  }

  @AfterAll
  void remove() {
    trio.destroy();
  }

  @Test
  void neverTakesAWriteForADifference() throws Exception {
    assertNoDifference(ROUNDS);
  }

  @Test
  @Tag("long")
  void neverTakesAnyOfManyWritesForADifference() throws Exception {
    assertNoDifference(ROUNDS_OF_LONG_RUNS);
  }

  private void assertNoDifference(int rounds) throws Exception {
    ended.set(false);
    List<Result> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        Random random = new Random(i);
        writers.add(threads.submit(() -> write(random)));
      }
      try {
        for (int round = 0; round < rounds; round++) {
          for (TableName table : TABLES) {
            results.add(trio.comparison(Bounds.DEFAULT).compare(table));
          }
        }
      } finally {
        ended.set(true);
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    }
    assertThat(results).noneMatch(result -> result.verdict() instanceof Verdict.Different);
    assertThat(results)
        .filteredOn(result -> result.verdict() instanceof Verdict.Equal)
        .hasSizeGreaterThan(results.size() * 3 / 4)
        .allMatch(result -> result.holdMillis() < 20_000);
  }

  private void write(Random random) {
    try (MysqlSession session = trio.source().open(ADMIN)) {
      session.execute("SET SESSION transaction_isolation = 'READ-COMMITTED'");
      while (!ended.get()) {
        int id = 1_001 + random.nextInt(29_000);
        // Clashes of writers are a part of it.
        session.execute(
            "UPDATE IGNORE busy.parents SET v = v + 1, w = UUID() WHERE id IN (?, ?)", id, id + 1);
        session.execute("DELETE FROM busy.parents WHERE id = ?", id + 2);
        session.execute("INSERT IGNORE INTO busy.parents VALUES (?, 0, UUID())", id + 2);
        session.execute("INSERT IGNORE INTO busy.children (parent, v) VALUES (?, 1)", id);
        session.execute("INSERT INTO busy.logged VALUES (?, UUID())", id);
      }
    }
  }
}
