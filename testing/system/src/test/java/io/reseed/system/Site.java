package io.reseed.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.Event;
import io.reseed.events.HostStatus;
import io.reseed.installation.Dataset;
import io.reseed.installation.DemoShard;
import io.reseed.installation.EventFeed;
import io.reseed.installation.Installation;
import io.reseed.installation.KafkaAccess;
import io.reseed.installation.ServiceProcess;
import io.reseed.installation.SpareHost;
import io.reseed.installation.Tempo;
import io.reseed.testkit.Scratch;
import io.reseed.testkit.SmallDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** One installation for a class of tests, and what tests do to it. */
final class Site implements AutoCloseable {
  /** For anything that the chain does by itself; generous, because machines of tests are busy. */
  static final Duration PATIENCE = Duration.ofMinutes(3);

  static final String DETECTOR = "failover-detector";
  static final String CATCH_UP = "catchup-service";
  static final String VALIDATOR = "validator-service";

  private static final int REPLICAS = 2;

  private final Scratch scratch;
  private final SitePlan plan;
  private final TransferLimit proofs;
  private final Installation installation;
  private final EventFeed feed;
  private final Outsider outsider;
  private final Mysqlds mysqlds;
  private final Map<String, SmallDisk> disks = new TreeMap<>();
  private final List<LiveShard> shards = new ArrayList<>();
  private final Set<String> started = new HashSet<>();

  private Site(Scratch scratch, SitePlan plan, Function<Path, KafkaAccess> broker) {
    this.scratch = scratch;
    this.plan = plan;
    this.proofs = new TransferLimit(scratch.path().resolve("bandwidth-of-proofs.properties"), 0);
    this.installation = Installation.start(scratch.path(), tempo(scratch, plan, proofs), broker);
    this.feed = EventFeed.start(installation.kafkaClient(), "");
    this.outsider = new Outsider(installation.kafkaClient());
    this.mysqlds = new Mysqlds(installation.folder(), installation.fleet().tree());
  }

  /** The plan's, with its limit of restores in a file for all agents, and one for validators. */
  private static Tempo tempo(Scratch scratch, SitePlan plan, TransferLimit proofs) {
    TransferLimit restores =
        new TransferLimit(
            scratch.path().resolve("bandwidth.properties"), plan.restoreMegabytesPerSecondMax());
    return new Tempo(
        plan.tempo().detector(),
        limited(plan.tempo().restore(), restores),
        plan.tempo().catchUp(),
        limited(plan.tempo().validator(), proofs));
  }

  private static Map<String, String> limited(Map<String, String> settings, TransferLimit limit) {
    Map<String, String> limited = new TreeMap<>(settings);
    limited.put("reseed.store.bandwidth-file", limit.file().toString());
    return limited;
  }

  /** Starts Kafka and S3; the plan's hosts and all services are configured, nothing runs yet. */
  static Site start(SitePlan plan) {
    return start(plan, KafkaAccess::plain);
  }

  /** {@link #start(SitePlan)} with another Kafka, started in a folder of its own. */
  static Site start(SitePlan plan, Function<Path, KafkaAccess> broker) {
    Scratch scratch = Scratch.folder("system");
    try {
      Site site = new Site(scratch, plan, broker);
      for (int i = 1; i <= plan.backupHosts(); i++) {
        SpareHost host = site.installation.newHost("backup-" + i, "BACKUP", "zone-b");
        if (plan.diskMegabytes() > 0) {
          site.disks.put(host.name(), SmallDisk.mount(host.directory(), plan.diskMegabytes()));
        }
        if (i == 1) {
          site.installation.configureCoordinators(host);
        } else {
          site.installation.configureValidator(validatorOf(host.name()), host);
        }
      }
      for (int i = 1; i <= plan.spareHosts(); i++) {
        site.installation.newHost("spare-" + i, "REPLICA", "zone-a");
      }
      return site;
    } catch (RuntimeException e) {
      scratch.close();
      throw e;
    }
  }

  /** Starts a primary with data and two replicas; nobody was told of them. */
  LiveShard newShard(String name) {
    DemoShard started = installation.newShard(name, REPLICAS, new Dataset(plan.dataBytes()));
    LiveShard shard = new LiveShard(this, started);
    shards.add(shard);
    return shard;
  }

  Installation installation() {
    return installation;
  }

  EventFeed feed() {
    return feed;
  }

  Outsider outsider() {
    return outsider;
  }

  Mysqlds mysqlds() {
    return mysqlds;
  }

  /** Starts services by name and waits until they are ready. */
  void startServices(List<String> names) {
    List<ServiceProcess> services = names.stream().map(installation::service).toList();
    services.forEach(ServiceProcess::start);
    services.forEach(ServiceProcess::awaitReady);
    started.addAll(names);
  }

  /** The restore-services of the spare hosts. */
  List<String> agents() {
    return installation.hosts().stream()
        .filter(host -> host.pool().equals("REPLICA"))
        .map(host -> agentOf(host.name()))
        .toList();
  }

  /** The hosts of the backup pipeline. */
  List<SpareHost> backupHosts() {
    return installation.hosts().stream().filter(host -> host.pool().equals("BACKUP")).toList();
  }

  /** The disk that a backup host has for itself, where the plan gives it one. */
  SmallDisk diskOf(String host) {
    SmallDisk disk = disks.get(host);
    if (disk == null) {
      throw new IllegalArgumentException(host + " has no small disk");
    }
    return disk;
  }

  /** The validator-services of all backup hosts. */
  List<String> validators() {
    return backupHosts().stream().map(host -> validatorOf(host.name())).toList();
  }

  /** All services but the spare hosts' agents. */
  List<String> backupPipeline() {
    List<String> services = new ArrayList<>(List.of(DETECTOR, CATCH_UP));
    backupHosts().forEach(host -> services.add(agentOf(host.name())));
    services.addAll(validators());
    return services;
  }

  /** Has validator-services send and read so little at a time that they can be struck meanwhile. */
  void slowProofs() {
    proofs.set(1);
    Awaitility.await("validator-services are slow")
        .atMost(PATIENCE)
        .until(
            () -> {
              for (String validator : validators()) {
                if (!proofs.isKeptBy(installation.service(validator))) {
                  return false;
                }
              }
              return true;
            });
  }

  /** Undoes {@link #slowProofs}, within seconds. */
  void hurryProofs() {
    proofs.set(0);
  }

  /** All small disks. */
  List<SmallDisk> disks() {
    return List.copyOf(disks.values());
  }

  static String agentOf(String host) {
    return "restore-service-" + host;
  }

  /** The validator-service that works on a backup host. */
  static String validatorOf(String host) {
    return host.equals("backup-1") ? VALIDATOR : VALIDATOR + "-" + host;
  }

  /** SIGKILL and a new start, without waiting for readiness: the chain's end is what counts. */
  void crash(String service) {
    installation.service(service).kill();
    installation.service(service).start();
  }

  /**
   * Undoes what a test may have left: a store that is away, agents that stand still, services that
   * are not up yet. Waits until every started agent was heard by all who run.
   */
  void mend() {
    installation.store().startAgain();
    List<ServiceProcess> all = started.stream().map(installation::service).toList();
    for (ServiceProcess service : all) {
      if (service.isAlive()) {
        signal("-CONT", service.pid());
      } else {
        service.start();
      }
    }
    all.forEach(ServiceProcess::awaitReady);
    Instant since = Instant.now();
    for (SpareHost host : installation.hosts()) {
      if (started.contains(agentOf(host.name()))) {
        await(HostStatus.class, since, status -> status.host().equals(host.name()));
      }
    }
  }

  /** Stops the services' processes where they are, until {@link #thaw}. */
  void freeze(List<String> services) {
    services.forEach(name -> signal("-STOP", installation.service(name).pid()));
  }

  /** Lets frozen processes go on. */
  void thaw(List<String> services) {
    services.forEach(name -> signal("-CONT", installation.service(name).pid()));
  }

  /** Does something while the services stand still. */
  void whileFrozen(List<String> services, Runnable action) {
    freeze(services);
    try {
      action.run();
    } finally {
      thaw(services);
    }
  }

  private static void signal(String signal, long pid) {
    try {
      Process kill = new ProcessBuilder("kill", signal, Long.toString(pid)).inheritIO().start();
      assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(kill.exitValue()).as("kill %s %d", signal, pid).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot send " + signal, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while sending " + signal, e);
    }
  }

  /** The first event of the type since then that fits. */
  <E extends Event> E await(Class<E> type, Instant since, Predicate<E> condition) {
    try {
      return feed.await(type, since, condition, PATIENCE)
          .map(seen -> type.cast(seen.event()))
          .orElseThrow(
              () ->
                  new AssertionError(
                      "no such %s came within %s; logs are in %s"
                          .formatted(type.getSimpleName(), PATIENCE, logs())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for an event", e);
    }
  }

  private Path logs() {
    return installation.folder().resolve("logs");
  }

  /**
   * Waits until exactly the shards' healthy servers run, and the hosts' folders hold what they
   * handed over and nothing else.
   */
  void assertNothingStray() {
    Awaitility.await("no stray server")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(
            () -> {
              Set<String> members = new TreeSet<>();
              shards.forEach(shard -> members.addAll(shard.healthyServers()));
              assertThat(mysqlds.addresses()).as("running servers").isEqualTo(members);
              for (SpareHost host : installation.hosts()) {
                assertThat(Mysqlds.foldersIn(host.directory().resolve("servers")))
                    .as("folders of servers on %s", host.name())
                    .isEqualTo(keptOn(host.name()));
                assertThat(Mysqlds.foldersIn(host.directory().resolve("read-back")))
                    .as("folders of servers read back on %s", host.name())
                    .isEmpty();
              }
            });
  }

  private Set<String> keptOn(String host) {
    Set<String> kept = new TreeSet<>();
    feed.newest(HostStatus.class, status -> status.host().equals(host)).stream()
        .flatMap(status -> status.servers().stream())
        .filter(server -> server.state() == HostStatus.HeldState.KEPT)
        .forEach(server -> kept.add(server.seeding() + "." + server.attempt()));
    return kept;
  }

  @Override
  public void close() {
    outsider.close();
    feed.close();
    installation.close();
    disks.values().forEach(SmallDisk::close);
    scratch.close();
  }
}
