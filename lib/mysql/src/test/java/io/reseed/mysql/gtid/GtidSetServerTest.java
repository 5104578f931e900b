package io.reseed.mysql.gtid;

import static io.reseed.mysql.Fleet.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.mysql.Fleet;
import io.reseed.mysql.MysqlSession;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.sessions.JqwikSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The algebra against the server's own functions; the server comes from JUnit's extension. */
@ExtendWith(Fleet.Extension.class)
final class GtidSetServerTest {
  private static final int TRIES = 300;

  @Test
  void agreesWithTheServersFunctions(Fleet fleet) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (MysqlSession session = fleet.shared("a").open(ADMIN)) {
      JqwikSession.run(() -> compareMany(session, random, seed));
    }
  }

  private static void compareMany(MysqlSession session, Random random, long seed) {
    RandomGenerator<GtidSample> samples = GtidSample.arbitrary().generator(TRIES);
    for (int i = 0; i < TRIES; i++) {
      GtidSample first = value(samples.next(random));
      // Independent samples are hardly ever subsets of each other.
      GtidSample second = i % 3 == 0 ? subset(first, random) : value(samples.next(random));
      compare(session, first, second, "seed " + seed + " try " + i);
    }
  }

  private static GtidSample value(Shrinkable<GtidSample> shrinkable) {
    return shrinkable.value();
  }

  private static GtidSample subset(GtidSample sample, Random random) {
    StringBuilder text = new StringBuilder();
    for (String gtid : sample.expanded()) {
      if (random.nextInt(4) > 0) {
        text.append(text.isEmpty() ? "" : ",").append(gtid.replace("::", ":"));
      }
    }
    return new GtidSample(text.toString(), Set.of());
  }

  private static void compare(
      MysqlSession session, GtidSample first, GtidSample second, String context) {
    GtidSet a = GtidSet.parse(first.text());
    GtidSet b = GtidSet.parse(second.text());
    assertThat(a.toString())
        .as("canonical form, %s", context)
        .isEqualTo(server(session, "SELECT GTID_SUBTRACT(?, '')", first.text()));
    assertThat(a.subtract(b).toString())
        .as("subtract %s minus %s, %s", first, second, context)
        .isEqualTo(server(session, "SELECT GTID_SUBTRACT(?, ?)", first.text(), second.text()));
    assertThat(a.contains(b))
        .as("%s contains %s, %s", first, second, context)
        .isEqualTo(
            server(session, "SELECT GTID_SUBSET(?, ?)", second.text(), first.text()).equals("1"));
    assertThat(a.union(b).toString())
        .as("union, %s", context)
        .isEqualTo(
            server(session, "SELECT GTID_SUBTRACT(?, '')", first.text() + "," + second.text()));
  }

  private static String server(MysqlSession session, String sql, Object... parameters) {
    return session.queryValue(sql, parameters).orElse("").replace("\n", "");
  }
}
