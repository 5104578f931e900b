package io.reseed.demo;

import io.reseed.demo.Claims.Claim;
import io.reseed.demo.FailoverTool.Announcer;
import io.reseed.demo.FailoverTool.Failover;
import io.reseed.demo.Screen.Tone;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.ShardStatus;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.installation.Dataset;
import io.reseed.installation.DemoShard;
import io.reseed.installation.EventFeed;
import io.reseed.installation.Installation;
import io.reseed.installation.KeptProcess;
import io.reseed.installation.SpareHost;
import io.reseed.testkit.FleetAccounts;
import io.reseed.testkit.Launch;
import io.reseed.testkit.OsProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * What the demo tells, act by act, on one installation. Each act throws {@link
 * IllegalStateException} when the chain does not get to its end in time; what was proven is in
 * {@link #proven}. Not for use by several threads.
 */
final class Story implements AutoCloseable {
  private static final List<String> SHARDS = List.of("-80", "80-");
  private static final List<String> ZONES = List.of("zone-a", "zone-b", "zone-c");
  private static final int REPLICAS = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration FLEET_LIFE_TIMEOUT = Duration.ofSeconds(30);
  private static final long BYTES_PER_SECOND_MIN = 4_000_000;

  private final Installation installation;
  private final Screen screen;
  private final Dataset data;
  private final Map<ShardName, FailoverTool> topology = new ConcurrentHashMap<>();
  private final Map<ShardName, Writer> writers = new ConcurrentHashMap<>();
  private final Map<ShardName, RepairWatch> watches = new ConcurrentHashMap<>();
  private final List<Repair> repairs = new ArrayList<>();
  private final Set<ServerAddress> killed = new HashSet<>();
  private final List<Cycle> cycles = new ArrayList<>();
  private final EventFeed feed;
  private final Scene scene;
  private final Claims claims;
  private volatile Announcer announcer;

  public Story(Installation installation, Screen screen, Dataset data) {
    this.installation = installation;
    this.screen = screen;
    this.data = data;
    this.feed = EventFeed.start(installation.kafkaClient(), "");
    Duration patience = PATIENCE.plusSeconds(data.bytes() / BYTES_PER_SECOND_MIN);
    this.scene = new Scene(installation, screen, feed, patience);
    this.claims = new Claims(screen);
    this.announcer = Announcers.byKafka(installation.kafka().bootstrapServers());
  }

  /** Starts the fleet with its data, its failover tool and its writers, and the services. */
  public void prepare() throws InterruptedException {
    screen.event(
        "", "starting the fleet, loading " + Figures.bytes(data.bytes()) + " a shard", Tone.PLAIN);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> starting = new ArrayList<>();
      for (String shard : SHARDS) {
        starting.add(threads.submit(() -> startShard(shard)));
      }
      starting.add(threads.submit(this::startServices));
      starting.forEach(Story::result);
    }
    installation.declareShards();
    screen.event("", "both shards declared, with " + REPLICAS + " replicas each", Tone.PLAIN);
  }

  private static void result(Future<?> future) {
    try {
      future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the parts were starting", e);
    }
  }

  private void startShard(String name) {
    DemoShard shard = installation.newShard(name, REPLICAS, data);
    FleetAccounts accounts = installation.fleet().accounts();
    FailoverTool tool =
        FailoverTool.start(
            shard.name(),
            shard.servers().getFirst().address(),
            new FailoverTool.Accounts(accounts.admin(), accounts.replicator()),
            new FailoverTool.Voice(failover -> announcer.announce(failover), new Forward()));
    topology.put(shard.name(), tool);
    writers.put(shard.name(), Writer.start(name, tool::primary, accounts.admin(), data.bytes()));
    String servers =
        shard.servers().stream()
            .map(server -> server.address().toString())
            .collect(Collectors.joining(", "));
    screen.event(shard.name().toString(), "primary and replicas: " + servers, Tone.PLAIN);
  }

  private void startServices() {
    for (int i = 0; i < ZONES.size(); i++) {
      installation.newHost("spare-" + (i + 1), "replica", ZONES.get(i));
    }
    SpareHost backup = installation.newHost("backup-1", "backup", ZONES.getFirst());
    installation.configureCoordinators(backup);
    installation.startServices();
    screen.event(
        "", installation.services().size() + " services are ready, each a process", Tone.PLAIN);
  }

  /** Waits until each shard has its first backup, read back. */
  public void firstBackups() throws InterruptedException {
    Map<ShardName, CycleWatch> following = new TreeMap<>();
    for (DemoShard shard : installation.shards()) {
      CycleWatch watch = new CycleWatch(screen, shard.name(), List.of());
      following.put(shard.name(), watch);
      feed.replayAndListen(watch);
    }
    for (Map.Entry<ShardName, CycleWatch> watch : following.entrySet()) {
      boolean made = scene.await(watch.getValue()::awaitProof);
      feed.unlisten(watch.getValue());
      if (!made) {
        throw new IllegalStateException(
            "there is no proven backup of %s after %d s"
                .formatted(watch.getKey(), scene.patience().toSeconds()));
      }
    }
  }

  /** Kills one primary; the failover is told to the detector by HTTP. */
  public void act1() throws InterruptedException {
    announcer =
        Announcers.byHttp(
            installation.service("failover-detector").httpEndpoint(), installation.eventToken());
    killAndRepair(installation.shards().subList(0, 1));
  }

  /** Kills the primaries of all shards at once; the failovers are told on the Kafka topic. */
  public void act2() throws InterruptedException {
    announcer = Announcers.byKafka(installation.kafka().bootstrapServers());
    killAndRepair(installation.shards());
  }

  /**
   * Proves one shard's newest backup, has one that was damaged found and replaced, and makes a
   * replica from what replaced it.
   */
  public void act3() throws InterruptedException {
    DemoShard shard = installation.shards().getLast();
    BackupAct act = new BackupAct(scene, shard.name(), claims);
    screen.line("A regular cycle, while the shard is written to:", Tone.PLAIN);
    String newest = act.proveNewest();
    screen.line("Its backup is damaged, and the next cycle finds it:", Tone.PLAIN);
    String healed = act.damageAndHeal(newest);
    cycles.addAll(act.cycles());
    screen.line("$ reseed backups --shard " + shard.name(), Tone.PLAIN);
    installation
        .commandLine()
        .run("backups", "--shard", shard.name().toString())
        .lines()
        .forEach(line -> screen.line("  " + line, Tone.PLAIN));
    screen.line("A replica is made of the healed chain:", Tone.PLAIN);
    killAndRepair(List.of(shard));
    SeedingOrigin origin = repairs.getLast().restored().orElseThrow().origin();
    claims.tell(
        "the new replica of " + shard.name(),
        List.of(
            new Claim(
                origin.equals(new SeedingOrigin.Backup(healed)),
                switch (origin) {
                  case SeedingOrigin.Backup backup ->
                      "made of backup %s, with which %s was replaced"
                          .formatted(backup.backup(), newest);
                  case SeedingOrigin.Donor donor -> "cloned from " + donor.donor();
                })));
  }

  private void killAndRepair(List<DemoShard> victims) throws InterruptedException {
    Instant start = Instant.now();
    screen.countFrom(start);
    List<RepairWatch> following = new ArrayList<>();
    for (DemoShard shard : victims) {
      ServerAddress primary = primaryOf(shard.name());
      RepairWatch watch = new RepairWatch(screen, shard.name(), primary, start);
      watches.put(shard.name(), watch);
      following.add(watch);
      feed.listen(watch);
      screen.event(shard.name().toString(), "SIGKILL to the primary " + primary, Tone.BAD);
    }
    following.parallelStream().forEach(watch -> kill(watch.repair()));
    for (RepairWatch watch : following) {
      killed.add(watch.repair().killed());
      repairs.add(watch.repair());
    }
    for (RepairWatch watch : following) {
      awaitWhole(watch);
    }
    for (int i = 0; i < victims.size(); i++) {
      prove(victims.get(i), following.get(i).repair());
    }
  }

  private void kill(Repair repair) {
    DemoShard shard =
        installation.shards().stream()
            .filter(one -> one.name().equals(repair.shard()))
            .findFirst()
            .orElseThrow();
    shard
        .server(repair.killed())
        .orElseThrow(() -> new IllegalStateException("not of the first fleet: " + repair.killed()))
        .kill();
  }

  private void awaitWhole(RepairWatch watch) throws InterruptedException {
    boolean whole = scene.await(watch::awaitWhole);
    feed.unlisten(watch);
    if (!whole) {
      ShardName shard = watch.repair().shard();
      throw new IllegalStateException(
          "%s is not whole after %d s; its status: %s"
              .formatted(
                  shard,
                  scene.patience().toSeconds(),
                  statusOf(shard).map(Record::toString).orElse("none was published")));
    }
  }

  private void prove(DemoShard shard, Repair repair) {
    List<Claim> proofs =
        new Proof(shard, repair, installation.fleet().accounts().admin())
            .claims(writerOf(shard.name()), killed, statusOf(shard.name()));
    claims.tell(shard.name().toString(), proofs);
  }

  private Optional<ShardStatus> statusOf(ShardName shard) {
    return feed.newest(ShardStatus.class, status -> status.shard().equals(shard));
  }

  private Writer writerOf(ShardName shard) {
    Writer writer = writers.get(shard);
    if (writer == null) {
      throw new IllegalStateException("nobody writes to " + shard);
    }
    return writer;
  }

  /** Whom the failover tool holds for a shard's primary. */
  public ServerAddress primaryOf(ShardName shard) {
    FailoverTool tool = topology.get(shard);
    if (tool == null) {
      throw new IllegalStateException("nobody watches " + shard);
    }
    return tool.primary();
  }

  /**
   * Ends what this JVM does for the fleet, and starts a process that goes on with it.
   *
   * @return the process, to be ended with the installation
   */
  KeptProcess goOnAlone() throws IOException {
    Map<ShardName, ServerAddress> primaries = new HashMap<>();
    installation.shards().forEach(shard -> primaries.put(shard.name(), primaryOf(shard.name())));
    end();
    Path configuration = installation.folder().resolve("config").resolve("fleet-life.properties");
    FleetLife.configure(configuration, installation, primaries, data);
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            FleetLife.class.getName(),
            configuration.toString());
    Path log = installation.folder().resolve("logs").resolve("fleet-life.log");
    OsProcess process = OsProcess.start(new Launch("fleet-life", command, log));
    process.awaitLogLine(FleetLife.READY, FLEET_LIFE_TIMEOUT);
    process.release();
    return KeptProcess.of("fleet-life", process.pid());
  }

  /** All repairs so far. */
  public List<Repair> repairs() {
    return List.copyOf(repairs);
  }

  /** The cycles of the backup pipeline that were asked for. */
  public List<Cycle> cycles() {
    return List.copyOf(cycles);
  }

  /** Whether something was proven, and nothing disproven. */
  public boolean proven() {
    return claims.proven();
  }

  /** What came on the topics. */
  public EventFeed feed() {
    return feed;
  }

  /** Ends it, see {@link #end}. */
  @Override
  public void close() {
    end();
  }

  /** Ends writers, topology managers and the feed; the installation goes on. May be repeated. */
  void end() {
    writers.values().forEach(Writer::close);
    topology.values().forEach(FailoverTool::close);
    feed.close();
  }

  /** To whoever follows the shard at that moment. */
  private final class Forward implements TopologyListener {
    @Override
    public void dead(ShardName shard, ServerAddress primary) {
      watch(shard).dead(shard, primary);
    }

    @Override
    public void promoted(Failover failover) {
      watch(failover.shard()).promoted(failover);
    }

    @Override
    public void announced(Failover failover) {
      watch(failover.shard()).announced(failover);
    }

    private TopologyListener watch(ShardName shard) {
      RepairWatch watch = watches.get(shard);
      return watch == null ? TopologyListener.NONE : watch;
    }
  }
}
