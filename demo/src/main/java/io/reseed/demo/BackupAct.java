package io.reseed.demo;

import io.reseed.backup.store.ObjectStore;
import io.reseed.demo.Claims.Claim;
import io.reseed.demo.Screen.Tone;
import io.reseed.events.BackupCreated;
import io.reseed.events.BackupStatus.Degree;
import io.reseed.events.BackupValidated;
import io.reseed.events.Evidence;
import io.reseed.events.HostStatus;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.ShardStatus;
import io.reseed.events.Topic;
import io.reseed.events.ValidationFailed;
import io.reseed.events.check.CheckResult;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The act about one shard's backups: a cycle proves the newest, then one is damaged, found and
 * replaced. Throws {@link IllegalStateException} when the pipeline does not get to its end in time.
 * Not for use by several threads.
 */
final class BackupAct {
  /**
   * What every proof must have looked at; {@code assertion:} is followed by the operator's name.
   */
  private static final List<String> CHECKS =
      List.of("gtid-set", "check-table", "contents", "definitions", "assertion:");

  private static final Duration SOON = Duration.ofSeconds(20);

  private final Scene scene;
  private final ShardName shard;
  private final Claims claims;
  private final List<Cycle> cycles = new ArrayList<>();
  private String proven = "";

  BackupAct(Scene scene, ShardName shard, Claims claims) {
    this.scene = scene;
    this.shard = shard;
    this.claims = claims;
  }

  /**
   * A regular cycle, asked for by hand, while the shard is written to.
   *
   * @return the backup that it made
   */
  String proveNewest() throws InterruptedException {
    CycleWatch watch = watch();
    run(watch);
    Cycle cycle = proving(watch);
    BackupValidated validated =
        cycle
            .validated()
            .orElseThrow(() -> new IllegalStateException("a fresh cycle ran, no regular one"));
    proven = validated.backup();
    String made = cycle.created().map(BackupCreated::backup).orElseThrow();
    List<Claim> held = new ArrayList<>();
    held.add(isAt(watch, validated.backup(), Degree.VALIDATED));
    held.addAll(evidence(validated.evidence()));
    held.add(isAt(watch, made, Degree.RESTORABLE));
    held.add(isDestroyed(cycle));
    claims.tell(shard.toString(), held);
    return made;
  }

  private List<Claim> evidence(Evidence evidence) {
    List<String> names =
        evidence.checks().stream()
            .filter(check -> check.outcome() == CheckResult.Outcome.HELD)
            .map(CheckResult::name)
            .toList();
    List<String> missing =
        CHECKS.stream().filter(c -> names.stream().noneMatch(name -> name.startsWith(c))).toList();
    boolean fromReplica =
        evidence.source() != null
            && !evidence.source().equals(primary())
            && replicas().contains(evidence.source());
    return List.of(
        new Claim(
            missing.isEmpty(),
            missing.isEmpty() ? "every check was made and held" : "not checked: " + missing),
        new Claim(
            evidence.transactionsReplayed() > 0,
            evidence.transactionsReplayed()
                + " transactions replayed while the shard is written to"),
        new Claim(fromReplica, "caught up from a replica, not from the primary"));
  }

  /**
   * After {@link #proveNewest}: damages a backup in the store, and has the next cycle find it.
   *
   * @return the backup that replaces it
   */
  String damageAndHeal(String backup) throws InterruptedException {
    Corruption corruption;
    try (ObjectStore store = scene.installation().openStore()) {
      corruption = Corruption.strike(store, shard, backup);
    }
    scene
        .screen()
        .event(
            shard.toString(),
            "a bit of %s turned over in the store: byte %d of %s"
                .formatted(backup, corruption.offset(), corruption.key()),
            Tone.BAD);
    scene.feed().listenToRecords(Topic.VALIDATION_FAILED, this::showAlert);
    CycleWatch watch = watch();
    run(watch);
    String healed = proving(watch).created().map(BackupCreated::backup).orElseThrow();
    List<Claim> held = new ArrayList<>(found(watch.failure(), backup));
    held.add(isAt(watch, backup, Degree.UNHEALTHY));
    held.add(isAt(watch, proven, Degree.VALIDATED));
    held.add(
        new Claim(
            proving(watch).isFresh(), "the next one was made of a clone, not of what is damaged"));
    held.add(isAt(watch, healed, Degree.RESTORABLE));
    held.add(isDestroyed(proving(watch)));
    claims.tell(shard.toString(), held);
    return healed;
  }

  private void showAlert(ConsumerRecord<String, byte[]> record) {
    scene.screen().line("    what an alerting consumer of validation-failed gets:", Tone.PLAIN);
    CloudEventText.of(record).lines().forEach(line -> scene.screen().line("    " + line, Tone.BAD));
  }

  private static List<Claim> found(Optional<ValidationFailed> failure, String backup) {
    if (failure.isEmpty()) {
      return List.of(new Claim(false, "validation-failed was not published"));
    }
    ValidationFailed failed = failure.get();
    return List.of(
        new Claim(
            backup.equals(failed.backup()) && failed.condemned(),
            "validation-failed names and condemns backup " + failed.backup()),
        new Claim(
            failed.failure().failureClass() == FailureClass.BAD_BACKUP,
            "what was found: %s at stage %s"
                .formatted(failed.failure().code(), CycleTeller.word(failed.stage()))));
  }

  /** Asks for a cycle and waits until one got to its end. */
  private void run(CycleWatch watch) throws InterruptedException {
    Instant start = Instant.now();
    scene.screen().countFrom(start);
    Traffic traffic =
        Traffic.begin(primary(), replicas(), scene.installation().fleet().accounts().admin());
    scene.feed().listen(watch);
    try {
      scene.screen().event(shard.toString(), "$ reseed backup --shard " + shard, Tone.PLAIN);
      scene.installation().commandLine().run("backup", "--shard", shard.toString());
      if (!scene.await(watch::awaitProof)) {
        throw new IllegalStateException(
            "no cycle of %s got to its end after %d s; it saw %s"
                .formatted(shard, scene.patience().toSeconds(), watch.failure()));
      }
    } finally {
      scene.feed().unlisten(watch);
      scene.screen().endBar(shard.toString());
    }
    Cycle cycle = proving(watch);
    cycle.measured(Duration.between(start, Instant.now()), traffic.end(cycle.cloned()));
    cycles.add(cycle);
  }

  private CycleWatch watch() {
    List<String> earlier =
        scene.feed().all(SeedingAssigned.class).stream().map(SeedingAssigned::seeding).toList();
    return new CycleWatch(scene.screen(), shard, earlier);
  }

  private static Cycle proving(CycleWatch watch) {
    return watch.proving().orElseThrow();
  }

  private static Claim isAt(CycleWatch watch, String backup, Degree wanted) {
    Degree degree = watch.degree(backup);
    return new Claim(degree == wanted, "backup " + backup + " is " + degree);
  }

  private Claim isDestroyed(Cycle cycle) throws InterruptedException {
    boolean gone =
        scene
            .feed()
            .await(
                HostStatus.class,
                Instant.now(),
                host ->
                    host.pool() == HostStatus.Pool.BACKUP
                        && host.servers().stream()
                            .noneMatch(held -> held.seeding().equals(cycle.seeding())),
                SOON)
            .isPresent();
    return new Claim(gone, "its dedicated server is " + (gone ? "" : "not ") + "gone again");
  }

  private ServerAddress primary() {
    return status()
        .map(ShardStatus::primary)
        .orElseThrow(() -> new IllegalStateException("nobody knows the primary of " + shard));
  }

  private List<ServerAddress> replicas() {
    return status().stream()
        .flatMap(status -> status.members().stream())
        .filter(member -> member.role() == ShardStatus.Role.REPLICA)
        .filter(member -> member.health() == ShardStatus.Health.HEALTHY)
        .map(member -> member.server())
        .toList();
  }

  private Optional<ShardStatus> status() {
    return scene.feed().newest(ShardStatus.class, status -> status.shard().equals(shard));
  }

  /** The cycles that got to their end. */
  List<Cycle> cycles() {
    return List.copyOf(cycles);
  }
}
