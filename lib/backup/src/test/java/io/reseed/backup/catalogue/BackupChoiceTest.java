package io.reseed.backup.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.catalogue.PassedOver.Reason;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.MysqlVersion;
import io.reseed.backup.format.Verdict;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ShardName;
import io.reseed.mysql.gtid.GtidSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackupChoiceTest {
  private static final String A = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
  private static final String B = "4f22fa47-71ca-11e1-9e33-c80aa9429562";
  private static final MysqlVersion V9 = new MysqlVersion(9, 7, 4);

  @Test
  void provenOnesComeFirstAndNewestFirstWithinEach() {
    ListedBackup old = usable(1, A + ":1-10", Verdict.Outcome.VALIDATED);
    ListedBackup newer = usable(2, A + ":1-20", Verdict.Outcome.VALIDATED);
    ListedBackup restorable = usable(3, A + ":1-30", Verdict.Outcome.RESTORABLE);
    ListedBackup unproven = usable(4, A + ":1-40", null);
    ListedBackup newest = usable(5, A + ":1-50", null);

    BackupChoice choice =
        BackupChoice.choose(
            List.of(old, newer, restorable, unproven, newest), requirement(A + ":1-100", ""));

    assertThat(choice.ranked()).isEqualTo(List.of(restorable, newer, old, newest, unproven));
    assertThat(choice.passedOver()).isEmpty();
  }

  @Test
  void whatSomebodyCallsBadComesLastAndIsNotLeftOut() {
    ListedBackup old = usable(1, A + ":1-10", null);
    ListedBackup newer = usable(2, A + ":1-20", Verdict.Outcome.VALIDATED);
    ListedBackup newest = usable(3, A + ":1-30", Verdict.Outcome.RESTORABLE);
    Requirement usual = requirement(A + ":1-100", "");
    Requirement suspicious =
        new Requirement(
            usual.primaryExecuted(),
            usual.primaryPurged(),
            V9,
            Set.of(),
            Set.of(id(2), id(3), id(9)));

    BackupChoice choice = BackupChoice.choose(List.of(old, newer, newest), suspicious);

    assertThat(choice.ranked()).isEqualTo(List.of(old, newest, newer));
    assertThat(choice.passedOver()).isEmpty();
  }

  @Test
  void eachReasonIsNamed() {
    Requirement requirement =
        new Requirement(
            GtidSet.parse(A + ":1-100"), GtidSet.parse(A + ":1-5"), V9, Set.of(id(6)), Set.of());
    List<ListedBackup> candidates =
        List.of(
            new ListedBackup.Unusable(
                id(1), new FailureException(FailureCode.MANIFEST_CORRUPT, "torn", "-")),
            usable(2, A + ":1-10", Verdict.Outcome.UNHEALTHY),
            usable(3, A + ":1-10," + B + ":1", null),
            usable(4, A + ":1-4", null),
            versioned(5, new MysqlVersion(10, 1, 0)),
            usable(6, A + ":1-10", Verdict.Outcome.VALIDATED),
            versioned(7, new MysqlVersion(8, 0, 40)));

    BackupChoice choice = BackupChoice.choose(candidates, requirement);

    assertThat(choice.ranked()).isEmpty();
    assertThat(choice.passedOver().stream().map(PassedOver::reason))
        .containsExactly(
            Reason.UNUSABLE_MANIFEST,
            Reason.UNHEALTHY,
            Reason.ERRANT_TRANSACTIONS,
            Reason.PURGED_BY_PRIMARY,
            Reason.VERSION_NEWER_THAN_SERVER,
            Reason.FAILED_IN_THIS_SEEDING,
            Reason.VERSION_TOO_OLD_FOR_SERVER);
    assertThat(choice.passedOver().get(2).detail()).contains(B + ":1");
    assertThat(choice.passedOver().get(3).detail()).contains(A + ":5");
  }

  @Property(tries = 300)
  void whatIsRankedFitsAndWhatIsPassedOverDoesNot(
      @ForAll long seed, @ForAll @IntRange(max = 8) int count) {
    Random random = new Random(seed);
    List<ListedBackup> candidates = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      candidates.add(randomCandidate(random, i));
    }
    GtidSet executed = GtidSet.parse(randomSet(random, 12));
    GtidSet purged = GtidSet.parse(randomSet(random, 4));
    Set<BackupId> excluded = random.nextInt(3) == 0 ? Set.of(id(random.nextInt(8))) : Set.of();
    Requirement requirement = new Requirement(executed, purged, V9, excluded, Set.of());

    BackupChoice choice = BackupChoice.choose(candidates, requirement);

    assertThat(
            Stream.concat(
                choice.ranked().stream().map(ListedBackup::id),
                choice.passedOver().stream().map(PassedOver::id)))
        .containsExactlyInAnyOrderElementsOf(candidates.stream().map(ListedBackup::id).toList());
    for (ListedBackup.Usable ranked : choice.ranked()) {
      GtidSet has = ranked.header().gtidExecuted();
      assertThat(executed.contains(has)).isTrue();
      assertThat(has.contains(purged)).isTrue();
      assertThat(excluded).doesNotContain(ranked.id());
      assertThat(outcome(ranked)).isNotEqualTo(Verdict.Outcome.UNHEALTHY.name());
    }
    for (int i = 1; i < choice.ranked().size(); i++) {
      ListedBackup.Usable better = choice.ranked().get(i - 1);
      ListedBackup.Usable worse = choice.ranked().get(i);
      boolean isProvenBetter = proof(better) > proof(worse);
      boolean isNewer = better.id().compareTo(worse.id()) > 0;
      assertThat(isProvenBetter || (proof(better) == proof(worse) && isNewer)).isTrue();
    }
    for (PassedOver passedOver : choice.passedOver()) {
      assertReasonIsTrue(passedOver, candidates, requirement);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "8.4.5, 8.4.5, FITS",
    "8.4.5, 8.4.6, FITS",
    "8.4.6, 8.4.5, FITS",
    "9.7.9, 9.7.4, FITS",
    "9.1.1, 9.1.0, TOO_NEW",
    "8.4.5, 9.7.4, FITS",
    "9.2.0, 9.7.4, FITS",
    "8.0.40, 8.4.5, FITS",
    "8.0.40, 9.7.4, TOO_OLD",
    "9.7.4, 8.4.5, TOO_NEW",
    "9.7.4, 10.1.0, FITS",
    "8.4.5, 10.1.0, TOO_OLD"
  })
  void versionsFitAsTheManualSays(String made, String server, VersionFit expected) {
    assertThat(VersionFit.of(MysqlVersion.parse(made), MysqlVersion.parse(server)))
        .isEqualTo(expected);
  }

  private static void assertReasonIsTrue(
      PassedOver passedOver, List<ListedBackup> candidates, Requirement requirement) {
    ListedBackup backup =
        candidates.stream().filter(one -> one.id().equals(passedOver.id())).findAny().orElseThrow();
    boolean isTrue =
        switch (backup) {
          case ListedBackup.Unusable unusable ->
              passedOver.reason() == Reason.UNUSABLE_MANIFEST
                  && passedOver.detail().contains(unusable.failure().code().name());
          case ListedBackup.Usable usable ->
              switch (passedOver.reason()) {
                case UNUSABLE_MANIFEST, VERSION_NEWER_THAN_SERVER, VERSION_TOO_OLD_FOR_SERVER ->
                    false;
                case UNHEALTHY -> outcome(usable).equals(Verdict.Outcome.UNHEALTHY.name());
                case FAILED_IN_THIS_SEEDING -> requirement.excluded().contains(usable.id());
                case ERRANT_TRANSACTIONS ->
                    !requirement.primaryExecuted().contains(usable.header().gtidExecuted());
                case PURGED_BY_PRIMARY ->
                    !usable.header().gtidExecuted().contains(requirement.primaryPurged());
              };
        };
    assertThat(isTrue).as("%s", passedOver).isTrue();
  }

  private static ListedBackup randomCandidate(Random random, int i) {
    if (random.nextInt(8) == 0) {
      return new ListedBackup.Unusable(
          id(i), new FailureException(FailureCode.MANIFEST_UNSAFE, "unsafe", "-"));
    }
    Verdict.Outcome[] outcomes = Verdict.Outcome.values();
    int outcome = random.nextInt(outcomes.length + 1);
    return usable(i, randomSet(random, 10), outcome == outcomes.length ? null : outcomes[outcome]);
  }

  private static String randomSet(Random random, int max) {
    String set = A + ":1-" + (1 + random.nextInt(max));
    return random.nextInt(4) == 0 ? set + "," + B + ":1-" + (1 + random.nextInt(3)) : set;
  }

  private static String outcome(ListedBackup.Usable backup) {
    return backup.verdict().map(verdict -> verdict.outcome().name()).orElse("");
  }

  private static int proof(ListedBackup.Usable backup) {
    return switch (outcome(backup)) {
      case "VALIDATED", "RESTORABLE" -> 1;
      default -> 0;
    };
  }

  private static Requirement requirement(String executed, String purged) {
    return new Requirement(GtidSet.parse(executed), GtidSet.parse(purged), V9, Set.of(), Set.of());
  }

  private static ListedBackup.Usable usable(
      int second, String executed, Verdict.@Nullable Outcome outcome) {
    Optional<Verdict> verdict =
        Optional.ofNullable(outcome)
            .map(found -> new Verdict(found, Instant.EPOCH, "because", Map.of()));
    return new ListedBackup.Usable(header(second, V9, executed), 1, 1, verdict);
  }

  private static ListedBackup.Usable versioned(int second, MysqlVersion version) {
    return new ListedBackup.Usable(header(second, version, A + ":1-10"), 1, 1, Optional.empty());
  }

  private static ManifestHeader header(int second, MysqlVersion version, String executed) {
    return new ManifestHeader(
        id(second),
        new ShardName("commerce", "-80"),
        Instant.EPOCH,
        version,
        Map.of(),
        GtidSet.parse(executed),
        GtidSet.EMPTY,
        new UUID(0, 1),
        null,
        null);
  }

  private static BackupId id(int second) {
    return BackupId.create(Instant.EPOCH.plusSeconds(second), new Random(second));
  }
}
