package io.reseed.failover.machine;

import io.reseed.events.HostStatus;
import io.reseed.events.HostStatus.HeldServer;
import io.reseed.events.HostStatus.HeldState;
import io.reseed.events.HostStatus.Pool;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.placement.Candidate;
import io.reseed.events.placement.PassedOver;
import io.reseed.events.placement.Placement;
import io.reseed.events.placement.PlacementRequest;
import io.reseed.failover.machine.ProbeResult.Answered;
import io.reseed.failover.machine.ProbeResult.Channel;
import io.reseed.failover.machine.ProbeResult.Receiver;
import io.reseed.failover.machine.ProbeResult.Unobserved;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.SettingDifference;
import io.reseed.fleet.ShardName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Servers, hosts and backups as a small model, which answers the detector's effects. */
final class World {
  static final ShardName SHARD = ShardName.parse("commerce/-80");

  /** One mysqld. */
  static final class Server {
    boolean up = true;
    boolean listens;
    boolean writable;
    @Nullable ServerAddress source;
    boolean applierRunning = true;
    final Set<Integer> executed = new TreeSet<>();
    List<String> partialReasons = List.of();

    /** What every server of the shard has; null while nobody could read it. */
    @Nullable String sqlMode = "STRICT_TRANS_TABLES";
  }

  /** One host of the pool. */
  static final class Host {
    final String name;
    final String address;
    String identity;
    boolean alive = true;
    long bytesFree = 1_000;
    final Map<String, HeldServer> held = new TreeMap<>();

    Host(String name, String address) {
      this.name = name;
      this.address = address;
      this.identity = "folder-1-of-" + name;
    }

    HostStatus status() {
      return new HostStatus(
          name,
          Pool.REPLICA,
          "zone-" + name,
          address,
          bytesFree,
          2,
          List.copyOf(held.values()),
          0,
          Instant.EPOCH,
          identity);
    }
  }

  final Map<ServerAddress, Server> servers = new TreeMap<>();
  final Map<String, Host> hosts = new TreeMap<>();

  /** Beside each that is shown. */
  int differencesLeftOut;

  final Map<String, SeedingAssigned> assigned = new HashMap<>();
  final List<String> backups = new ArrayList<>(List.of("b3", "b2", "b1"));

  /** A server by its short name, e.g. {@code a}. */
  static ServerAddress at(String name) {
    return new ServerAddress("host-" + name, 3306);
  }

  static List<ServerAddress> at(String... names) {
    return java.util.Arrays.stream(names).map(World::at).toList();
  }

  Server server(String name) {
    return servers.computeIfAbsent(at(name), _ -> new Server());
  }

  World primary(String name) {
    Server server = server(name);
    server.writable = true;
    server.source = null;
    return this;
  }

  World replica(String name, String source) {
    Server server = server(name);
    server.writable = false;
    server.source = at(source);
    server.executed.addAll(server(source).executed);
    return this;
  }

  World kill(String name) {
    server(name).up = false;
    return this;
  }

  /** What a topology manager does: the promoted one accepts writes, others follow it. */
  World promote(String promoted, String... followers) {
    primary(promoted);
    for (String follower : followers) {
      replica(follower, promoted);
    }
    return this;
  }

  World host(String name) {
    hosts.put(name, new Host(name, "spare-" + name));
    return this;
  }

  private boolean receives(Server server) {
    Server source = server.source == null ? null : servers.get(server.source);
    return server.up && source != null && source.up;
  }

  ShardSnapshot snapshot(Collection<ServerAddress> asked) {
    Set<ServerAddress> all = new HashSet<>(asked);
    for (ServerAddress server : asked) {
      servers.forEach(
          (address, other) -> {
            if (receives(other) && server.equals(other.source) && !inTheMaking(address)) {
              all.add(address);
            }
          });
      Optional.ofNullable(servers.get(server)).map(s -> s.source).ifPresent(all::add);
    }
    Set<ShardSnapshot.KeptAttempt> kept = new HashSet<>();
    for (Host host : hosts.values()) {
      for (HeldServer held : host.held.values()) {
        ServerAddress server = held.server();
        if (held.state() == HeldState.KEPT && server != null) {
          kept.add(new ShardSnapshot.KeptAttempt(held.seeding(), held.attempt(), server));
        }
      }
    }
    return ShardSnapshot.of(all.stream().map(this::probed).toList(), kept);
  }

  private boolean inTheMaking(ServerAddress address) {
    return hosts.values().stream()
        .flatMap(host -> host.held.values().stream())
        .anyMatch(held -> address.equals(held.server()) && held.state() != HeldState.KEPT);
  }

  private ProbeResult probed(ServerAddress address) {
    Server server = servers.get(address);
    if (server == null || !server.up) {
      return new Unobserved(address, server != null && server.listens, "connection refused");
    }
    Channel channel =
        server.source == null
            ? null
            : new Channel(
                server.source,
                uuid(server.source),
                receives(server) ? Receiver.RUNNING : Receiver.CONNECTING,
                server.applierRunning,
                0L,
                server.applierRunning ? null : "error 1062: duplicate key");
    List<ServerAddress> replicas = new ArrayList<>();
    servers.forEach(
        (other, s) -> {
          if (receives(s) && address.equals(s.source) && !inTheMaking(other)) {
            replicas.add(other);
          }
        });
    return new Answered(
        address,
        uuid(address),
        server.writable,
        !server.writable,
        channel,
        replicas,
        server.writable ? lacks(server) : Map.of(),
        server.writable ? differences(server) : Map.of(),
        server.partialReasons);
  }

  private Map<ServerAddress, String> lacks(Server server) {
    Map<ServerAddress, String> lacks = new TreeMap<>();
    servers.forEach(
        (address, other) -> {
          Set<Integer> missing = new TreeSet<>(other.executed);
          missing.removeAll(server.executed);
          if (other.up && other != server && !missing.isEmpty()) {
            lacks.put(address, missing.toString());
          }
        });
    return lacks;
  }

  private Map<ServerAddress, Differences> differences(Server server) {
    Map<ServerAddress, Differences> differences = new TreeMap<>();
    servers.forEach(
        (address, other) -> {
          String here = other.sqlMode;
          String there = server.sqlMode;
          if (other.up && other != server && here != null && there != null) {
            List<SettingDifference> found =
                here.equals(there)
                    ? List.of()
                    : List.of(new SettingDifference("sql_mode", here, there));
            differences.put(address, new Differences(found, found.size() * differencesLeftOut));
          }
        });
    return differences;
  }

  private static String uuid(ServerAddress address) {
    return "uuid-of-" + address;
  }

  FailoverInput answer(FailoverEffect effect) {
    return switch (effect) {
      case FailoverEffect.Observe observe ->
          new FailoverInput.Observed(observe.ticket(), snapshot(observe.servers()));
      case FailoverEffect.ChooseBackup choose ->
          backups.stream()
              .filter(backup -> !choose.excluded().contains(backup))
              .findFirst()
              .<FailoverInput>map(
                  backup ->
                      new FailoverInput.BackupFound(choose.seeding(), choose.ticket(), backup, 100))
              .orElseGet(
                  () ->
                      new FailoverInput.BackupNotFound(
                          choose.seeding(),
                          choose.ticket(),
                          FailureCatalogue.noBackup(SHARD, List.of())));
      case FailoverEffect.FindPlace find -> place(find);
    };
  }

  private FailoverInput place(FailoverEffect.FindPlace find) {
    Set<String> excluded = new HashSet<>(find.hostsExcluded());
    excluded.addAll(find.hostsInUse());
    PlacementRequest request =
        new PlacementRequest(SHARD, Pool.REPLICA, find.members(), find.bytes(), excluded);
    Placement placement =
        Placement.choose(
            request,
            hosts.values().stream().map(h -> new Candidate(h.status(), !h.alive)).toList(),
            assigned.values());
    return placement
        .host()
        .<FailoverInput>map(
            host ->
                new FailoverInput.PlaceFound(
                    find.seeding(), find.ticket(), host.host(), host.identity()))
        .orElseGet(
            () ->
                new FailoverInput.PlaceNotFound(
                    find.seeding(),
                    find.ticket(),
                    FailureCatalogue.noHost(
                        SHARD, placement.passedOver().stream().map(PassedOver::toString).toList()),
                    placement.passedOver().stream()
                        .anyMatch(
                            passed ->
                                passed.reason() == PassedOver.Reason.EXCLUDED
                                    && find.hostsExcluded().contains(passed.host()))));
  }

  /** The agents see the assignment and begin. */
  void assign(String seeding, int attempt, String host, ServerAddress primary, String backup) {
    release(seeding);
    assigned.put(
        seeding,
        new SeedingAssigned(
            SHARD,
            seeding,
            attempt,
            SeedingPurpose.REPLICA,
            SeedingAssigned.Goal.MAKE,
            host,
            primary,
            primary,
            new SeedingOrigin.Backup(backup),
            hostNamed(host).identity));
    hostNamed(host).held.put(seeding, held(seeding, attempt, HeldState.MAKING, host));
  }

  /** The assignment is gone: the agents remove what is unfinished. */
  void release(String seeding) {
    assigned.remove(seeding);
    for (Host host : hosts.values()) {
      HeldServer held = host.held.get(seeding);
      if (held != null && held.state() != HeldState.KEPT) {
        host.held.remove(seeding);
        servers.remove(serverOn(host.name));
      }
    }
  }

  /** The agent makes the server and the catch-up attaches it. */
  ServerAddress make(String seeding) {
    SeedingAssigned assignment = assignment(seeding);
    ServerAddress address = serverOn(assignment.host());
    Server server = new Server();
    server.source = assignment.primary();
    server.executed.addAll(serverAt(assignment.primary()).executed);
    servers.put(address, server);
    return address;
  }

  void keep(String seeding) {
    SeedingAssigned assignment = assignment(seeding);
    hostNamed(assignment.host())
        .held
        .put(seeding, held(seeding, assignment.attempt(), HeldState.KEPT, assignment.host()));
  }

  Collection<HeldServer> held(String host) {
    return hostNamed(host).held.values();
  }

  /** A server that is there. */
  Server serverAt(ServerAddress address) {
    return Objects.requireNonNull(servers.get(address), address::toString);
  }

  Host hostNamed(String name) {
    return Objects.requireNonNull(hosts.get(name), name);
  }

  private SeedingAssigned assignment(String seeding) {
    return Objects.requireNonNull(assigned.get(seeding), seeding);
  }

  static ServerAddress serverOn(String host) {
    return new ServerAddress("spare-" + host, 3306);
  }

  private static HeldServer held(String seeding, int attempt, HeldState state, String host) {
    return new HeldServer(SHARD, seeding, attempt, state, serverOn(host));
  }
}
