package io.reseed.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.reseed.backup.format.Verdict;
import io.reseed.events.BackupCreated;
import io.reseed.events.BackupStatus;
import io.reseed.events.BackupStatus.Degree;
import io.reseed.events.BackupValidated;
import io.reseed.events.CycleKind;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingProgress;
import io.reseed.events.ShardStatus.Condition;
import io.reseed.events.ValidationFailed;
import io.reseed.events.ValidationRequested;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.Failure;
import io.reseed.system.FailureMode.Made;
import io.reseed.system.FailureMode.Prior;
import io.reseed.system.FailureMode.Server;
import io.reseed.testkit.SmallDisk;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every row of {@link FailureModes#TABLE} on real parts: the fault is injected, found, named, and
 * told against the backup that it tells against, and against no other; and the chain of backups is
 * whole again afterwards. One installation serves all rows, and what heals one is the healthy
 * backup that the next begins with.
 */
@Tag("slow")
class FailureModesTest {
  private static final int DISK_MEGABYTES = 1_000;
  private static final Set<Fault> NEED_A_SMALL_DISK =
      EnumSet.of(
          Fault.DISK_FULL_IN_RESTORE, Fault.DISK_FULL_IN_CATCH_UP, Fault.DISK_FULL_IN_SNAPSHOT);

  private static Optional<String> cannotMount = Optional.empty();
  private static Site site;
  private static BackupLine line;
  private static Faults faults;
  private static LiveShard shard;
  private static boolean mended;

  @BeforeAll
  static void start() {
    cannotMount = SmallDisk.whyImpossible();
    site = Site.start(SitePlan.ofBackups(cannotMount.isEmpty() ? DISK_MEGABYTES : 0));
    shard = site.newShard("-80");
    shard.write(20);
    line = new BackupLine(site, shard);
    line.declare(1, 1);
    site.startServices(site.backupPipeline());
    faults = new Faults(site, shard, line);
    line.awaitHealthy();
  }

  @AfterAll
  static void stop() {
    if (line != null) {
      line.close();
    }
    if (site != null) {
      site.close();
    }
  }

  /** So that one failure is not followed by others. */
  @AfterEach
  void mendUnlessMended() {
    if (!mended) {
      mend();
    }
  }

  private static void mend() {
    faults.mend();
    site.mend();
    mended = true;
  }

  static Stream<FailureMode> rows() {
    return FailureModes.rows(false);
  }

  static Stream<FailureMode> rowsOfLongRuns() {
    return FailureModes.rows(true);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void isFoundAndNamedAndTheChainIsWholeAgain(FailureMode mode) {
    assertShown(mode);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rowsOfLongRuns")
  @Tag("long")
  void soAreTheOthers(FailureMode mode) {
    assertShown(mode);
  }

  private static void assertShown(FailureMode mode) {
    assumeFalse(
        cannotMount.isPresent() && NEED_A_SMALL_DISK.contains(mode.fault()),
        () -> cannotMount.orElseThrow());
    mended = false;
    line.declare(1, 1);
    shard.awaitStatus(Instant.EPOCH, Condition.WHOLE, "");
    BackupId healthy = line.awaitHealthy();
    Instant since = Instant.now();
    BackupId struck = faults.inject(mode.fault(), healthy);
    switch (mode.next()) {
      case FRESH_CYCLE -> assertCondemnedAndHealed(mode, struck, since);
      case NOTHING -> assertCondemnedAlone(mode, struck, healthy, since);
      case NEXT_CYCLE -> assertLeftUnproven(mode, since);
      case NEXT_ATTEMPT -> assertPassed(mode, healthy, since);
      case SAME_ATTEMPT -> assertWentOn(mode, healthy, since);
    }
    assertListedAreAnnounced();
    if (mode.prior() == Prior.PROVEN_BEFORE) {
      assertDegree(healthy, Degree.VALIDATED);
    }
    mend();
    site.assertNothingStray();
  }

  /** The struck backup is condemned, that is published, and a fresh cycle makes a good one. */
  private static void assertCondemnedAndHealed(FailureMode mode, BackupId struck, Instant since) {
    if (mode.prior() == Prior.UNUSABLE) {
      assertNamedUnusable(mode, struck, since);
    } else {
      assertThat(awaitCondemned(mode, struck, since).next())
          .isEqualTo(ValidationFailed.Next.FRESH_CYCLE);
    }
    ValidationRequested fresh =
        site.await(
            ValidationRequested.class,
            since,
            one -> one.shard().equals(shard.name()) && one.kind() == CycleKind.FRESH);
    BackupCreated created =
        site.await(BackupCreated.class, since, one -> one.seeding().equals(fresh.seeding()));
    assertThat(line.awaitHealthy().text()).isEqualTo(created.backup());
    assertDegree(new BackupId(created.backup()), Degree.RESTORABLE);
    assertCondemned(mode, struck);
    if (mode.made() != Made.CONDEMNED) {
      assertThat(madeSince(since)).containsExactly(created);
    }
  }

  /** Before anything is restored; it is neither condemned nor announced as failed. */
  private static void assertNamedUnusable(FailureMode mode, BackupId struck, Instant since) {
    BackupStatus status =
        site.await(
            BackupStatus.class,
            since,
            one -> one.shard().equals(shard.name()) && one.failure() != null);
    assertNamed(mode, Objects.requireNonNull(status.failure()));
    assertThat(status.proven()).isTrue();
    assertThat(status.backups())
        .filteredOn(one -> one.backup().equals(struck.text()))
        .allSatisfy(one -> assertThat(one.unusable()).contains(shard.primary().toString()))
        .hasSize(1);
  }

  /** The struck backup, an older one, is condemned; the newest is as good as before. */
  private static void assertCondemnedAlone(
      FailureMode mode, BackupId struck, BackupId healthy, Instant since) {
    assertThat(awaitCondemned(mode, struck, since).next()).isEqualTo(ValidationFailed.Next.NONE);
    assertThat(line.awaitHealthy()).isEqualTo(healthy);
    assertCondemned(mode, struck);
    assertThat(madeSince(since)).as("an examination makes no backup").isEmpty();
  }

  private static ValidationFailed awaitCondemned(FailureMode mode, BackupId struck, Instant since) {
    ValidationFailed failed =
        site.await(ValidationFailed.class, since, one -> one.shard().equals(shard.name()));
    assertThat(failed.backup()).isEqualTo(struck.text());
    assertThat(failed.condemned()).isTrue();
    assertThat(failed.stage()).isEqualTo(mode.stage());
    assertNamed(mode, failed.failure());
    assertThat(failed.seeding() == null).isEqualTo(mode.server() == Server.NOT_NEEDED);
    return failed;
  }

  private static List<BackupCreated> madeSince(Instant since) {
    return site.feed().all(BackupCreated.class).stream()
        .filter(made -> made.shard().equals(shard.name()))
        .filter(made -> made.createdAt().isAfter(since))
        .toList();
  }

  private static void assertCondemned(FailureMode mode, BackupId struck) {
    if (mode.prior() == Prior.UNUSABLE) {
      assertThat(line.repository().verdict(struck)).contains(Verdict.Outcome.RESTORABLE);
      assertThat(site.feed().all(ValidationFailed.class))
          .noneMatch(failed -> struck.text().equals(failed.backup()));
      return;
    }
    assertThat(line.degreeOf(struck).filter(degree -> degree != Degree.UNHEALTHY)).isEmpty();
    switch (mode.prior()) {
      case CONDEMNED, PROVEN_BEFORE, UNTOUCHED -> assertDegree(struck, Degree.UNHEALTHY);
      case UNREADABLE -> {
        assertThat(line.degreeOf(struck)).contains(Degree.UNHEALTHY);
        assertThat(line.repository().verdict(struck)).contains(Verdict.Outcome.RESTORABLE);
      }
      case GONE -> assertThat(line.repository().list()).noneMatch(one -> one.id().equals(struck));
      case PROVEN_LATER, PROVEN_NOW, UNUSABLE ->
          throw new IllegalArgumentException(mode.toString());
    }
  }

  /** Nobody is condemned; the cycle ends, and the next one proves what this one made. */
  private static void assertLeftUnproven(FailureMode mode, Instant since) {
    ValidationFailed failed =
        site.await(ValidationFailed.class, since, one -> one.shard().equals(shard.name()));
    assertThat(failed.stage()).isEqualTo(mode.stage());
    assertThat(failed.condemned()).isFalse();
    assertThat(failed.next()).isEqualTo(ValidationFailed.Next.LATER_CYCLE);
    assertNamed(mode, failed.failure());
    BackupValidated validated =
        site.await(BackupValidated.class, since, one -> one.backup().equals(failed.backup()));
    assertThat(line.awaitHealthy().text()).isEqualTo(validated.next());
    assertDegree(new BackupId(validated.backup()), Degree.VALIDATED);
  }

  /** Nobody is condemned; a later attempt of the cycle proves the prior, and makes the next. */
  private static void assertPassed(FailureMode mode, BackupId healthy, Instant since) {
    BackupCreated created =
        site.await(BackupCreated.class, since, one -> one.shard().equals(shard.name()));
    assertNamed(mode, failureOfStatus(since));
    if (mode.fault() != Fault.HOST_DIES_IN_SNAPSHOT) { // of which the host itself can say nothing
      SeedingFailed failed =
          site.await(SeedingFailed.class, since, one -> one.shard().equals(shard.name()));
      assertThat(failed.stage()).isEqualTo(mode.stage());
      assertNamed(mode, failed.failure());
      assertThat(created.seeding()).isEqualTo(failed.seeding());
    }
    assertThat(created.attempt()).isGreaterThan(1);
    assertProvenAndFollowed(healthy, created, since);
  }

  /** What the status said before the next attempt began. */
  private static Failure failureOfStatus(Instant since) {
    BackupStatus status =
        site.await(
            BackupStatus.class,
            since,
            one -> one.shard().equals(shard.name()) && one.failure() != null);
    return Objects.requireNonNull(status.failure());
  }

  /** The attempt itself gets over it. */
  private static void assertWentOn(FailureMode mode, BackupId healthy, Instant since) {
    site.await(
        SeedingProgress.class,
        since,
        one ->
            one.shard().equals(shard.name())
                && one.stage() == mode.stage()
                && String.valueOf(one.note()).startsWith(mode.code() + ": "));
    BackupCreated created =
        site.await(BackupCreated.class, since, one -> one.shard().equals(shard.name()));
    assertThat(created.attempt()).isEqualTo(1);
    BackupValidated validated = assertProvenAndFollowed(healthy, created, since);
    assertThat(String.valueOf(validated.evidence().source())).isEqualTo(shard.primary().toString());
  }

  private static BackupValidated assertProvenAndFollowed(
      BackupId healthy, BackupCreated created, Instant since) {
    BackupValidated validated =
        site.await(BackupValidated.class, since, one -> one.backup().equals(healthy.text()));
    assertThat(validated.next()).isEqualTo(created.backup());
    assertThat(line.awaitHealthy().text()).isEqualTo(created.backup());
    assertDegree(healthy, Degree.VALIDATED);
    assertDegree(new BackupId(created.backup()), Degree.RESTORABLE);
    assertThat(site.feed().all(ValidationFailed.class))
        .noneMatch(one -> healthy.text().equals(one.backup()));
    return validated;
  }

  /** What is listed as a backup was committed; whatever else lies in the store is none. */
  private static void assertListedAreAnnounced() {
    Set<String> announced =
        site.feed().all(BackupCreated.class).stream()
            .map(BackupCreated::backup)
            .collect(Collectors.toSet());
    assertThat(line.repository().list())
        .extracting(backup -> backup.id().text())
        .filteredOn(backup -> !faults.forged().contains(backup))
        .isSubsetOf(announced);
  }

  /** The verdict is written once the degree was published. */
  private static void assertDegree(BackupId backup, Degree degree) {
    Awaitility.await(backup + " " + degree)
        .atMost(Site.PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(line.degreeOf(backup)).contains(degree);
              assertThat(line.repository().verdict(backup))
                  .contains(Verdict.Outcome.valueOf(degree.name()));
            });
  }

  private static void assertNamed(FailureMode mode, Failure failure) {
    assertThat(failure.code()).as(failure.message()).isEqualTo(mode.code());
    assertThat(failure.failureClass()).as(failure.message()).isEqualTo(mode.failureClass());
    assertThat(failure.hint()).isNotBlank();
  }
}
