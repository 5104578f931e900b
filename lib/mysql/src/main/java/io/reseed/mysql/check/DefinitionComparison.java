package io.reseed.mysql.check;

import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.check.Definitions.Kind;
import io.reseed.mysql.check.Definitions.Thing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares what two servers have beside rows: schemas, views, routines, triggers, events, tables'
 * definitions, accounts and what was installed. Nothing is locked: what differs is looked at again
 * after the dedicated server has executed what the replica had, and only what stays is a
 * difference.
 */
public final class DefinitionComparison {
  private static final int TRIES_MAX = 6;
  private static final int SAME_TRIES = 3;
  private static final Duration STATEMENT = Duration.ofSeconds(60);
  private static final int EXECUTED_SECONDS_MAX = 30;
  private static final int NAMED_MAX = 5;
  private static final String NONE = "";

  private final ServerLogin dedicated;
  private final ServerLogin replica;

  /**
   * Connects when it compares.
   *
   * @param replica what {@code dedicated} replicates from
   */
  public DefinitionComparison(ServerLogin dedicated, ServerLogin replica) {
    this.dedicated = dedicated;
    this.replica = replica;
  }

  /**
   * What came of it.
   *
   * @param equal how many objects were equal
   * @param faults objects of schemas that differ, or are on one of the two only
   * @param unproven what else differs, and what could not be seen, each with the reason
   */
  public record Result(int equal, List<String> faults, SortedMap<String, String> unproven) {
    /** Copies. */
    public Result {
      faults = List.copyOf(faults);
      unproven = Collections.unmodifiableSortedMap(new TreeMap<>(unproven));
    }
  }

  /** Both digests of one object; empty where a server does not have it. */
  private record Both(String here, String there) {}

  /**
   * Compares. Leaves nothing behind on either server.
   *
   * @param tables whose definitions are compared, too
   * @throws MysqlException when one of them does not answer, or refuses us
   */
  public Result compare(Collection<TableName> tables) throws InterruptedException {
    try (MysqlSession ours = dedicated.open(STATEMENT);
        MysqlSession theirs = replica.open(STATEMENT)) {
      Map<Thing, Both> lasting = Map.of();
      int same = 0;
      for (int tries = 0; tries < TRIES_MAX; tries++) {
        boolean executed = executes(ours, theirs);
        Definitions there = Definitions.ask(theirs, tables);
        Definitions here = Definitions.ask(ours, tables);
        Map<Thing, Both> differences = differences(here, there);
        same = !executed ? 0 : differences.equals(lasting) ? same + 1 : 1;
        lasting = differences;
        if ((executed && differences.isEmpty()) || same >= SAME_TRIES) {
          return result(here, there, differences, true);
        }
        if (tries == TRIES_MAX - 1) {
          return result(here, there, differences, false);
        }
        Thread.sleep(200L << tries);
      }
      throw new IllegalStateException("the last try returns");
    }
  }

  private static boolean executes(MysqlSession ours, MysqlSession theirs) {
    return ours.queryValue(
            "SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ?)",
            theirs.gtidExecuted().toString(),
            EXECUTED_SECONDS_MAX)
        .orElse("1")
        .equals("0");
  }

  private static Map<Thing, Both> differences(Definitions here, Definitions there) {
    Set<Thing> all = new TreeSet<>(here.digests().keySet());
    all.addAll(there.digests().keySet());
    Set<Kind> unseen = unseen(here, there);
    Map<Thing, Both> differences = new TreeMap<>();
    for (Thing thing : all) {
      Both both =
          new Both(
              here.digests().getOrDefault(thing, NONE), there.digests().getOrDefault(thing, NONE));
      boolean oneSided = here.digests().containsKey(thing) != there.digests().containsKey(thing);
      if (!unseen.contains(thing.kind()) && (oneSided || !both.here.equals(both.there))) {
        differences.put(thing, both);
      }
    }
    return differences;
  }

  private static Set<Kind> unseen(Definitions here, Definitions there) {
    Set<Kind> unseen = EnumSet.noneOf(Kind.class);
    unseen.addAll(here.unseen());
    unseen.addAll(there.unseen());
    return unseen;
  }

  private Result result(
      Definitions here, Definitions there, Map<Thing, Both> differences, boolean lasting) {
    List<String> faults = new ArrayList<>();
    Map<Kind, List<String>> others = new TreeMap<>();
    differences.forEach(
        (thing, both) -> {
          String words = thing + " (" + words(here, there, thing) + ")";
          if (lasting && thing.kind().isOfSchemas()) {
            faults.add(words);
          } else {
            others.computeIfAbsent(thing.kind(), _ -> new ArrayList<>()).add(words);
          }
        });
    SortedMap<String, String> unproven = new TreeMap<>();
    others.forEach(
        (kind, named) ->
            unproven.put(
                "%d of the %s".formatted(named.size(), kind.plural()),
                (lasting
                        ? "otherwise than on replica %s: %s"
                        : "changed while compared with %s: %s")
                    .formatted(replica.address(), named(named))));
    for (Kind kind : unseen(here, there)) {
      unproven.put(kind.plural(), notSeen(kind, here));
    }
    if (!there.persisted().isEmpty()) {
      unproven.put("persisted settings", "no backup has any; the replica has " + there.persisted());
    }
    long compared =
        there.digests().keySet().stream()
            .filter(thing -> !unseen(here, there).contains(thing.kind()))
            .filter(thing -> !differences.containsKey(thing))
            .count();
    return new Result((int) compared, faults, unproven);
  }

  private static String words(Definitions here, Definitions there, Thing thing) {
    if (!here.digests().containsKey(thing)) {
      return "on the replica only";
    }
    return there.digests().containsKey(thing) ? "another definition" : "not on the replica";
  }

  private static String named(List<String> names) {
    String named = String.join(", ", names.subList(0, Math.min(NAMED_MAX, names.size())));
    return names.size() > NAMED_MAX ? named + ", …" : named;
  }

  private String notSeen(Kind kind, Definitions here) {
    ServerLogin blind = here.unseen().contains(kind) ? dedicated : replica;
    return kind.privilege().isEmpty()
        ? "%s may not see them, or there are too many".formatted(blind.account().user())
        : "%s may not see them: it has no %s ON *.*"
            .formatted(blind.account().user(), kind.privilege());
  }
}
