package io.reseed.events.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.HostStatus;
import io.reseed.events.HostStatus.HeldServer;
import io.reseed.events.HostStatus.HeldState;
import io.reseed.events.HostStatus.Pool;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.placement.PassedOver.Reason;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private static final ShardName SHARD = ShardName.parse("commerce/-80");
  private static final ShardName OTHER = ShardName.parse("commerce/80-");
  private static final ServerAddress NAMED = ServerAddress.parse("DB-7.example:3306");
  private static final ServerAddress MEMBER = ServerAddress.parse("10.0.0.1:3306");

  @Test
  void aHostWithAServerOfTheShardIsPassedOverHoweverItIsKnown() {
    HostStatus byAddress = host("a", "z1", "10.0.0.1", 9, List.of());
    HostStatus byHolding = host("b", "z1", "10.0.0.2", 9, List.of(held(SHARD, "replica-1")));
    HostStatus byPromise = host("c", "z1", "10.0.0.3", 9, List.of());
    Placement placement =
        Placement.choose(
            request(Set.of()),
            heard(byAddress, byHolding, byPromise),
            List.of(assigned(SHARD, "replica-2", "c")));

    assertThat(placement.host()).isEmpty();
    assertThat(placement.passedOver())
        .extracting(PassedOver::reason)
        .containsExactly(Reason.HOLDS_SHARD, Reason.HOLDS_SHARD, Reason.HOLDS_SHARD);
  }

  @Test
  void theNamesOfHostsAndServersCompareWithoutCase() {
    PlacementRequest request =
        new PlacementRequest(SHARD, Pool.REPLICA, Set.of(NAMED), 1, Set.of());
    Placement placement =
        Placement.choose(
            request,
            heard(
                host("a", "z1", "db-7.EXAMPLE", 9, List.of()),
                host("DB-7.Example", "z1", "10.0.0.2", 9, List.of())),
            List.of());

    assertThat(placement.passedOver())
        .extracting(PassedOver::reason)
        .containsExactly(Reason.HOLDS_SHARD, Reason.HOLDS_SHARD);
  }

  @Test
  void aNameThatTwoHostsShareGetsNothingAndBothAreShown() {
    HostStatus one = host("a", "z1", "10.0.0.1", 9, List.of());
    HostStatus other = host("a", "z1", "10.0.0.2", 9, List.of());

    Placement placement =
        Placement.choose(
            request(Set.of()), List.of(new Candidate(one, false, other, null)), List.of());

    assertThat(placement.host()).isEmpty();
    assertThat(placement.passedOver())
        .extracting(PassedOver::toString)
        .containsExactly("a: HOST_NAME_SHARED: 10.0.0.1 and 10.0.0.2 speak under this name");
  }

  @Test
  void whatIsAssignedToAnEarlierHostOfTheNameTakesNoRoom() {
    HostStatus was = host("a", "z1", "10.1.0.1", 1, List.of());
    HostStatus anew =
        new HostStatus(
            was.host(),
            was.pool(),
            was.zone(),
            was.address(),
            was.bytesFree(),
            was.slots(),
            was.servers(),
            0,
            Instant.EPOCH,
            "folder-2");
    SeedingAssigned mine = assigned(request(Set.of()).shard(), "replica-1", "a");
    for (String identity : new String[] {null, "folder-1", "folder-2"}) {
      SeedingAssigned promised =
          new SeedingAssigned(
              mine.shard(),
              mine.seeding(),
              mine.attempt(),
              mine.purpose(),
              mine.goal(),
              mine.host(),
              mine.primary(),
              mine.source(),
              mine.origin(),
              identity);
      assertThat(
              Placement.choose(request(Set.of()), heard(anew), List.of(promised))
                  .host()
                  .isPresent())
          .as("a server promised to %s", identity)
          .isEqualTo("folder-1".equals(identity));
    }
  }

  @Test
  void everyReasonIsNamedForItsHost() {
    Placement placement =
        Placement.choose(
            request(Set.of("excluded")),
            List.of(
                new Candidate(host("silent", "z", "10.1.0.1", 1, List.of()), true),
                new Candidate(host("excluded", "z", "10.1.0.2", 1, List.of()), false),
                new Candidate(
                    host("full", "z", "10.1.0.3", 1, List.of(held(OTHER, "replica-1"))), false),
                new Candidate(host("promised", "z", "10.1.0.4", 1, List.of()), false),
                new Candidate(
                    new HostStatus(
                        "small",
                        Pool.REPLICA,
                        "z",
                        "10.1.0.5",
                        99,
                        1,
                        List.of(),
                        0,
                        Instant.EPOCH,
                        null),
                    false),
                new Candidate(
                    new HostStatus(
                        "backup",
                        Pool.BACKUP,
                        "z",
                        "10.1.0.6",
                        999,
                        1,
                        List.of(),
                        0,
                        Instant.EPOCH,
                        null),
                    false)),
            List.of(assigned(OTHER, "replica-2", "promised")));

    assertThat(placement.host()).isEmpty();
    assertThat(placement.passedOver())
        .extracting(passed -> passed.host() + " " + passed.reason())
        .containsExactly(
            "backup OTHER_POOL",
            "excluded EXCLUDED",
            "full NO_SLOT",
            "promised NO_SLOT",
            "silent SILENT",
            "small NO_ROOM");
    assertThat(placement.passedOver())
        .extracting(PassedOver::toString)
        .contains("small: 100 bytes needed, 99 free");
  }

  @Test
  void aZoneThatTheShardDoesNotUseIsPreferredToAnEmptierHost() {
    HostStatus member = host("m", "z1", "10.0.0.1", 1, List.of());
    HostStatus emptySameZone = host("a", "z1", "10.0.0.2", 9, List.of());
    HostStatus busyOtherZone = host("b", "z2", "10.0.0.3", 9, List.of(held(OTHER, "replica-1")));

    Placement placement =
        Placement.choose(request(Set.of()), heard(member, emptySameZone, busyOtherZone), List.of());

    assertThat(placement.host()).map(HostStatus::host).contains("b");
  }

  @Test
  void anAssignmentThatTheHostAlreadyShowsCountsOnce() {
    HostStatus host = host("a", "z1", "10.0.0.9", 2, List.of(held(OTHER, "replica-1")));

    Placement placement =
        Placement.choose(
            request(Set.of()), heard(host), List.of(assigned(OTHER, "replica-1", "a")));

    assertThat(placement.host()).contains(host);
  }

  @Property
  void theChoiceKeepsAllRulesAndDoesNotDependOnOrder(@ForAll long seed) {
    Random random = new Random(seed);
    List<Candidate> candidates = randomCandidates(random);
    List<SeedingAssigned> assignments = randomAssignments(random);
    PlacementRequest request = request(random.nextBoolean() ? Set.of("h3") : Set.of());

    Placement placement = Placement.choose(request, candidates, assignments);

    assertThat(placement.passedOver().size() + fitCount(request, candidates, assignments))
        .isEqualTo(candidates.size());
    placement.host().ifPresent(chosen -> assertFits(chosen, request, candidates, assignments));
    Collections.shuffle(candidates, random);
    Collections.shuffle(assignments, random);
    assertThat(Placement.choose(request, candidates, assignments)).isEqualTo(placement);
  }

  /** The rules written down once more, independently of the code under test. */
  private static boolean fits(
      HostStatus host, boolean silent, PlacementRequest request, List<SeedingAssigned> assigned) {
    Set<String> servers = new HashSet<>();
    host.servers().forEach(held -> servers.add(held.seeding() + "." + held.attempt()));
    assigned.stream()
        .filter(a -> a.host().equals(host.host()))
        .forEach(a -> servers.add(a.seeding() + "." + a.attempt()));
    boolean shardThere =
        host.address().equals(MEMBER.host())
            || host.servers().stream().anyMatch(held -> held.shard().equals(SHARD))
            || assigned.stream()
                .anyMatch(a -> a.host().equals(host.host()) && a.shard().equals(SHARD));
    return !silent
        && host.pool() == Pool.REPLICA
        && !request.hostsExcluded().contains(host.host())
        && !shardThere
        && servers.size() < host.slots()
        && host.bytesFree() >= request.bytesNeeded();
  }

  private static long fitCount(
      PlacementRequest request, List<Candidate> candidates, List<SeedingAssigned> assigned) {
    return candidates.stream().filter(c -> fits(c.status(), c.silent(), request, assigned)).count();
  }

  private static void assertFits(
      HostStatus chosen,
      PlacementRequest request,
      List<Candidate> candidates,
      List<SeedingAssigned> assigned) {
    Optional<Candidate> candidate =
        candidates.stream().filter(c -> c.status().equals(chosen)).findFirst();
    assertThat(candidate).isPresent();
    assertThat(fits(chosen, candidate.get().silent(), request, assigned)).isTrue();
  }

  private static List<Candidate> randomCandidates(Random random) {
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < random.nextInt(8); i++) {
      List<HeldServer> held = new ArrayList<>();
      for (int s = 0; s < random.nextInt(3); s++) {
        held.add(held(random.nextInt(5) == 0 ? SHARD : OTHER, "held-" + i + "-" + s));
      }
      HostStatus status =
          new HostStatus(
              "h" + i,
              random.nextInt(5) == 0 ? Pool.BACKUP : Pool.REPLICA,
              "z" + random.nextInt(3),
              "10.0.0." + (i + 1),
              random.nextInt(150),
              random.nextInt(4),
              held,
              i,
              Instant.EPOCH,
              null);
      candidates.add(new Candidate(status, random.nextInt(6) == 0));
    }
    return candidates;
  }

  private static List<SeedingAssigned> randomAssignments(Random random) {
    List<SeedingAssigned> assignments = new ArrayList<>();
    for (int i = 0; i < random.nextInt(5); i++) {
      ShardName shard = random.nextInt(4) == 0 ? SHARD : OTHER;
      String seeding = random.nextBoolean() ? "held-" + i + "-0" : "new-" + i;
      assignments.add(assigned(shard, seeding, "h" + random.nextInt(8)));
    }
    return assignments;
  }

  private static PlacementRequest request(Set<String> excluded) {
    return new PlacementRequest(SHARD, Pool.REPLICA, Set.of(MEMBER), 100, excluded);
  }

  private static List<Candidate> heard(HostStatus... hosts) {
    return List.of(hosts).stream().map(host -> new Candidate(host, false)).toList();
  }

  private static HostStatus host(
      String name, String zone, String address, int slots, List<HeldServer> servers) {
    return new HostStatus(
        name, Pool.REPLICA, zone, address, 1_000, slots, servers, 0, Instant.EPOCH, null);
  }

  private static HeldServer held(ShardName shard, String seeding) {
    return new HeldServer(shard, seeding, 1, HeldState.MAKING, null);
  }

  private static SeedingAssigned assigned(ShardName shard, String seeding, String host) {
    return new SeedingAssigned(
        shard,
        seeding,
        1,
        SeedingPurpose.REPLICA,
        SeedingAssigned.Goal.MAKE,
        host,
        MEMBER,
        MEMBER,
        new SeedingOrigin.Backup("b1"),
        null);
  }
}
