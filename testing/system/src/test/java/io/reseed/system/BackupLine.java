package io.reseed.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.catalogue.ListedBackup;
import io.reseed.events.BackupPolicy;
import io.reseed.events.BackupRequested;
import io.reseed.events.BackupRestored;
import io.reseed.events.BackupStatus;
import io.reseed.events.BackupStatus.Degree;
import io.reseed.events.CycleKind;
import io.reseed.events.ProofAssigned;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.ShardDeclared;
import io.reseed.fleet.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The backups of one shard of the site, one made of the other, and what tests ask of them. */
final class BackupLine implements AutoCloseable {
  private final Site site;
  private final LiveShard shard;
  private final ShardRepository repository;

  BackupLine(Site site, LiveShard shard) {
    this.site = site;
    this.shard = shard;
    this.repository = new ShardRepository(site.installation().store(), shard.name());
  }

  ShardRepository repository() {
    return repository;
  }

  /** Cycles come when they are asked for; all tables are checked within so many cycles. */
  void declare(int tableCheckCycles, int contentCheckCycles) {
    BackupPolicy policy =
        new BackupPolicy(
            Duration.ofDays(30).toSeconds(),
            0L,
            null,
            true,
            tableCheckCycles,
            contentCheckCycles,
            null);
    site.outsider()
        .publish(new ShardDeclared(shard.name(), shard.replicas(), shard.addresses(), policy));
  }

  /** Asks for a regular cycle now. */
  void request() {
    request(CycleKind.REGULAR, null);
  }

  /** Asks for the examination of one backup now. */
  void examine(BackupId backup) {
    request(CycleKind.EXAMINATION, backup.text());
  }

  private void request(CycleKind kind, @Nullable String backup) {
    site.outsider()
        .publish(
            new BackupRequested(
                shard.name(),
                UUID.randomUUID().toString(),
                kind,
                backup,
                Instant.now(),
                "outsider"));
  }

  /** Waits until the pipeline had a dedicated server made since then. */
  SeedingAssigned awaitMaking(Instant since) {
    return site.await(
        SeedingAssigned.class,
        since,
        assigned ->
            assigned.shard().equals(shard.name())
                && assigned.purpose() == SeedingPurpose.VALIDATION
                && assigned.goal() == SeedingAssigned.Goal.MAKE);
  }

  /** Waits until a proof agent was assigned this goal since then. */
  ProofAssigned awaitProof(Instant since, ProofAssigned.Goal goal) {
    return site.await(
        ProofAssigned.class,
        since,
        assigned -> assigned.shard().equals(shard.name()) && assigned.goal() == goal);
  }

  /** Waits until a dedicated server runs that was restored since then. */
  BackupRestored awaitRestored(Instant since) {
    return site.await(
        BackupRestored.class,
        since,
        done -> done.shard().equals(shard.name()) && done.purpose() == SeedingPurpose.VALIDATION);
  }

  /** Waits until no cycle is in flight and the newest backup that is not unhealthy is proven. */
  BackupId awaitHealthy() {
    Awaitility.await("newest backup proven, no cycle in flight")
        .atMost(Site.PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(this::assertHealthy);
    return new BackupId(newest().orElseThrow().backup());
  }

  private void assertHealthy() {
    BackupStatus status = status();
    assertThat(status.cycle()).as(status.headline()).isNull();
    assertThat(status.proven()).as(status.headline()).isTrue();
    BackupStatus.Backup newest = newest().orElseThrow(() -> new AssertionError("no backup"));
    assertThat(newest.degree()).isIn(Degree.RESTORABLE, Degree.VALIDATED);
    List<ListedBackup> listed = repository.list();
    BackupId last =
        listed.stream()
            .filter(BackupLine::mayBeUsed)
            .map(ListedBackup::id)
            .max(BackupId::compareTo)
            .orElseThrow(() -> new AssertionError("no usable backup in the repository"));
    assertThat(last.text()).as("newest usable in the repository").isEqualTo(newest.backup());
  }

  private static boolean mayBeUsed(ListedBackup backup) {
    return backup instanceof ListedBackup.Usable usable
        && usable
            .verdict()
            .filter(
                verdict -> verdict.outcome() == io.reseed.backup.format.Verdict.Outcome.UNHEALTHY)
            .isEmpty();
  }

  /** Waits until the services know of a backup that somebody put into the repository. */
  void awaitKnown(BackupId backup) {
    Awaitility.await(backup + " known")
        .atMost(Site.PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> degreeOf(backup).isPresent());
  }

  /** How far the newest status holds the backup for proven. */
  Optional<Degree> degreeOf(BackupId backup) {
    return status().backups().stream()
        .filter(one -> one.backup().equals(backup.text()))
        .map(BackupStatus.Backup::degree)
        .findFirst();
  }

  /** The newest picture that was published. */
  BackupStatus status() {
    return site.feed()
        .newest(BackupStatus.class, status -> status.shard().equals(shard.name()))
        .orElseThrow(() -> new AssertionError("no backup-status of " + shard.name()));
  }

  private Optional<BackupStatus.Backup> newest() {
    return status().backups().stream()
        .filter(backup -> backup.degree() != Degree.UNHEALTHY)
        .findFirst();
  }

  @Override
  public void close() {
    repository.close();
  }
}
