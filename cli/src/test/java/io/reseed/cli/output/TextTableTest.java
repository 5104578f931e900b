package io.reseed.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
  private static final String LONG = "replica-commerce_-80-20261130T201500123Z";

  @Test
  void aTableThatFitsIsOneLineARow() {
    TextTable table = new TextTable("SHARD", "CONDITION", "HEADLINE");
    table.row("commerce/-80", "WHOLE", "2 of 2 replicas of db1:3306 are healthy");

    assertThat(table)
        .hasToString(
            """
            SHARD         CONDITION  HEADLINE
            commerce/-80  WHOLE      2 of 2 replicas of db1:3306 are healthy
            """);
  }

  @Test
  void aLongTextIsWrappedUnderItsHeading() {
    TextTable table = new TextTable("SHARD", "CONDITION", "PRIMARY", "REPLICAS", "HEADLINE");
    table.row(
        "commerce/-80",
        "REPAIRING",
        "127.0.0.1:33061",
        "1 of 2",
        "1 of 2 replicas of 127.0.0.1:33061 are healthy, 1 being made");

    assertThat(table)
        .hasToString(
            """
            SHARD         CONDITION  PRIMARY          REPLICAS  HEADLINE
            commerce/-80  REPAIRING  127.0.0.1:33061  1 of 2    1 of 2 replicas of
                                                                127.0.0.1:33061 are healthy,
                                                                1 being made
            """);
  }

  @Test
  void columnsThatDoNotFitGoOnBelow() {
    TextTable table =
        new TextTable("SEEDING", "SHARD", "FOR", "GOAL", "ATTEMPT", "HOST", "DONE", "HEARD");
    table.row(LONG, "commerce/-80", "REPLICA", "MAKE", "2", "spare-1", "25% (25 B)", "3 s ago");
    table.row("v-1", "commerce/-80", "VALIDATION", "CHECK", "1", "backup-1", "-", "-");

    assertThat(table.toString().lines().toList()).hasSize(6).allMatch(line -> line.length() <= 80);
    assertThat(table.blocks()).hasSize(3);
    assertThat(table.blocks().get(1))
        .startsWith(LONG + "  commerce/-80  REPLICA")
        .contains("MAKE\n      2 ");
  }

  @Test
  void aWordLongerThanALineIsCut() {
    TextTable table = new TextTable("A", "B");
    table.row("x", "y".repeat(500));

    assertThat(List.of(table.toString().split("\n"))).allMatch(line -> line.length() <= 80);
    assertThat(table.toString().replaceAll("\\s", "")).isEqualTo("ABx" + "y".repeat(500));
  }
}
