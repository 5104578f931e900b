package io.reseed.validator.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.ManifestCodec;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.MysqlVersion;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.format.Verdict;
import io.reseed.backup.store.ForwardingStore;
import io.reseed.backup.store.ObjectInfo;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.S3Store;
import io.reseed.backup.store.StoreSettings;
import io.reseed.events.BackupStatus;
import io.reseed.events.BackupStatus.Degree;
import io.reseed.events.Evidence;
import io.reseed.events.SeedingStage;
import io.reseed.events.StageTime;
import io.reseed.events.check.CheckResult;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.testkit.MysqlExtension;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.S3Extension;
import io.reseed.validator.repository.PurgedBinlogs;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the worker reads and writes, in a real store. */
@Tag("slow")
class CycleWorkerTest {
  @RegisterExtension static final MysqlExtension MYSQL = new MysqlExtension();
  @RegisterExtension static final S3Extension S3 = S3Extension.dedicated();
  private static final ShardName SHARD = new ShardName("commerce", "-80");
  private static final BackupId OLD = new BackupId("20261121T010000Z-k3v9q0ax");
  private static final BackupId NEW = new BackupId("20261121T020000Z-k3v9q0ax");

  private static final CycleEffect.Fit NO_PRIMARY = new CycleEffect.Fit(null, Map.of());

  private ObjectStore store;
  private CycleWorker worker;

  @BeforeEach
  void open(TestInfo test) {
    store =
        S3Store.open(
            new StoreSettings(
                S3.front().endpoint(),
                S3.front().region(),
                S3.bucket(),
                test.getDisplayName().replace("()", ""),
                new StoreSettings.Credentials(S3.front().accessKey(), S3.front().secretKey()),
                true,
                StoreSettings.Client.defaults().withRetryBudget(Duration.ofSeconds(2))));
    Catalogue catalogue = new Catalogue(store);
    worker =
        new CycleWorker(
            catalogue,
            effect -> new CycleInput.Placed(effect.token(), "unused", null),
            new PurgedBinlogs(Map.of("commerce", MYSQL.fleet().accounts().observer())),
            Duration.ZERO);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static String manifestKey(BackupId id) {
    return new RepositoryLayout(SHARD).manifestKey(id);
  }

  private void put(String key, byte[] bytes) {
    store.put(key, ByteBuffer.wrap(bytes));
  }

  private void commit(BackupId id) {
    commit(id, Story.GTIDS);
  }

  private void commit(BackupId id, String gtids) {
    ManifestHeader header =
        new ManifestHeader(
            id,
            SHARD,
            id.createdAt(),
            MysqlVersion.parse("9.7.4"),
            Map.of(),
            GtidSet.parse(gtids),
            GtidSet.parse(""),
            new UUID(1, 2),
            null,
            null);
    Manifest manifest = new Manifest(header, List.of(), List.of(), List.of(), List.of());
    put(manifestKey(id), ManifestCodec.encode(manifest));
  }

  private CycleInput.Listed list(BackupId... usable) throws InterruptedException {
    CycleInput listed = worker.run("commerce/-80", look(usable));
    assertThat(listed).isInstanceOf(CycleInput.Listed.class);
    return (CycleInput.Listed) listed;
  }

  private static CycleEffect.ListBackups look(BackupId... usable) {
    return new CycleEffect.ListBackups(
        Story.SHARD,
        7,
        Stream.of(usable).map(BackupId::text).collect(Collectors.toSet()),
        NO_PRIMARY);
  }

  private CycleInput record(BackupId id, Degree degree, @Nullable Evidence evidence)
      throws InterruptedException {
    PendingVerdicts.Decided verdict =
        new PendingVerdicts.Decided(
            3,
            new Plan.Prior(id.text(), id.createdAt(), 1),
            degree,
            Story.MADE_AT,
            "for a reason",
            evidence,
            "cycle-1",
            null);
    return worker.run("commerce/-80", new CycleEffect.RecordVerdict(Story.SHARD, verdict));
  }

  private static Evidence evidence() {
    return new Evidence(
        "backup-1",
        Story.REPLICA_A,
        1_000,
        7,
        List.of(CheckResult.of("contents", CheckResult.Outcome.SKIPPED, "no replica", 3)),
        List.of(new StageTime(SeedingStage.RESTORE, 20)));
  }

  @Test
  void listsTheNewestFirstWithWhatProvedThem() throws InterruptedException {
    commit(OLD);
    commit(NEW);
    assertThat(record(OLD, Degree.VALIDATED, evidence()))
        .isEqualTo(new CycleInput.VerdictRecorded(3));
    CycleInput.Listed listed = list();
    assertThat(listed.look()).isEqualTo(7);
    assertThat(listed.whole()).isTrue();
    assertThat(listed.unusable()).isEmpty();
    assertThat(listed.backups())
        .extracting(BackupStatus.Backup::backup)
        .containsExactly(NEW.text(), OLD.text());
    BackupStatus.Backup old = listed.backups().getLast();
    assertThat(old.degree()).isEqualTo(Degree.VALIDATED);
    assertThat(old.note()).isEqualTo("for a reason");
    assertThat(old.evidence()).isEqualTo(evidence());
    assertThat(listed.backups().getFirst().degree()).isEqualTo(Degree.CREATED);
  }

  @Test
  void writesAVerdictOverAnEarlierOne() throws InterruptedException {
    commit(NEW);
    record(NEW, Degree.UNHEALTHY, null);
    assertThat(list().backups().getFirst().degree()).isEqualTo(Degree.UNHEALTHY);
    record(NEW, Degree.VALIDATED, evidence());
    assertThat(list().backups().getFirst().degree()).isEqualTo(Degree.VALIDATED);
    assertThat(new Catalogue(store).verdict(SHARD, NEW))
        .hasValueSatisfying(
            verdict -> {
              assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.VALIDATED);
              assertThat(verdict.evidence()).containsEntry("seeding", "cycle-1");
            });
  }

  @Test
  void saysOfWhatCannotBeUsedWhy() throws InterruptedException {
    commit(OLD);
    put(manifestKey(NEW), "reseed manifest 1 nothing\n".getBytes(StandardCharsets.UTF_8));
    CycleInput.Listed listed = list();
    assertThat(listed.backups().getFirst().degree()).isEqualTo(Degree.UNHEALTHY);
    assertThat(listed.unusable()).containsOnlyKeys(NEW.text());
    assertThat(listed.unusable().get(NEW.text()))
        .satisfies(
            failure -> {
              assertThat(failure.code()).isEqualTo("MANIFEST_CORRUPT");
              assertThat(failure.failureClass()).isEqualTo(FailureClass.BAD_BACKUP);
              assertThat(failure.hint()).isNotEmpty();
            });
    put(manifestKey(NEW), "reseed manifest 999\n".getBytes(StandardCharsets.UTF_8));
    assertThat(list().unusable().values())
        .extracting(Failure::code)
        .containsExactly("FORMAT_VERSION_UNKNOWN");
  }

  /** Leaves out of listings what a test names; all else is the real store. */
  private static final class ForgetfulStore extends ForwardingStore {
    private final Set<String> leftOut;

    ForgetfulStore(ObjectStore store, Set<String> leftOut) {
      super(store);
      this.leftOut = leftOut;
    }

    @Override
    public void list(String prefix, Consumer<ObjectInfo> consumer) {
      super.list(
          prefix,
          info -> {
            if (!leftOut.contains(info.key())) {
              consumer.accept(info);
            }
          });
    }
  }

  @Test
  void aListingThatLeavesOutWhatIsThereIsAnOutage() throws InterruptedException {
    commit(OLD);
    commit(NEW);
    for (Set<String> leftOut :
        List.of(Set.of(manifestKey(NEW)), Set.of(manifestKey(OLD), manifestKey(NEW)))) {
      CycleWorker misled =
          new CycleWorker(
              new Catalogue(new ForgetfulStore(store, leftOut)),
              effect -> new CycleInput.Placed(effect.token(), "unused", null),
              new PurgedBinlogs(Map.of()),
              Duration.ZERO);
      assertThat(misled.run("commerce/-80", look(OLD, NEW)))
          .isInstanceOfSatisfying(
              CycleInput.ListingFailed.class,
              failed -> {
                assertThat(failed.look()).isEqualTo(7);
                assertThat(failed.failure().code()).isEqualTo("STORE_UNREACHABLE");
                assertThat(failed.failure().failureClass()).isEqualTo(FailureClass.TRANSIENT);
              });
      assertThat(misled.run("commerce/-80", look())).isInstanceOf(CycleInput.Listed.class);
    }
  }

  @Test
  void aStoreThatTakesNothingIsFoundOutBeforeAnAttemptIsPlaced() throws InterruptedException {
    CycleEffect.FindPlace place =
        new CycleEffect.FindPlace(
            Story.SHARD,
            new CycleInput.Token("v-1", 2, ServerAddress.parse("db1:3306")),
            new CycleEffect.Room(1L, 100),
            Set.of(),
            Set.of());
    assertThat(worker.run("commerce/-80", place)).isInstanceOf(CycleInput.Placed.class);
    List<String> left = new ArrayList<>();
    store.list("probe/", object -> left.add(object.key()));
    assertThat(left).isEmpty();

    CycleWorker full =
        new CycleWorker(
            new Catalogue(new FullStore(store)),
            effect -> new CycleInput.Placed(effect.token(), "unused", null),
            new PurgedBinlogs(Map.of()),
            Duration.ZERO);
    assertThat(full.run("commerce/-80", place))
        .isInstanceOfSatisfying(
            CycleInput.NotPlaced.class,
            not -> {
              assertThat(not.token()).isEqualTo(place.token());
              assertThat(not.failure().code()).isEqualTo("STORE_REFUSED");
            });
  }

  /** Whose quota is used up. */
  private static final class FullStore extends ForwardingStore {
    FullStore(ObjectStore store) {
      super(store);
    }

    @Override
    public String put(String key, ByteBuffer content) {
      throw new FailureException(
          FailureCode.STORE_REFUSED, "the store has no room for " + key, "Raise the quota.");
    }
  }

  /** As a server has them that was itself made of a backup, and took over from its primary. */
  @Test
  void saysWhichBackupsThePresentPrimaryHasNoBinlogsFor() throws InterruptedException {
    String uuid = Story.GTIDS.substring(0, Story.GTIDS.indexOf(':'));
    commit(OLD, uuid + ":1-20");
    commit(NEW, uuid + ":1-40");
    MysqlServerProcess young = MYSQL.fleet().newServer("young");
    young.execute("RESET BINARY LOGS AND GTIDS");
    young.execute("SET GLOBAL gtid_purged = '" + uuid + ":1-30'");

    Map<String, String> seen = unusable(new CycleEffect.Fit(young.address(), Map.of()));
    assertThat(seen).containsOnlyKeys(OLD.text());
    assertThat(seen.get(OLD.text())).contains(young.address().toString(), uuid + ":21-30");

    MYSQL.fleet().destroy(young);
    assertThat(unusable(new CycleEffect.Fit(young.address(), seen)))
        .as("what was known holds while the primary does not answer")
        .isEqualTo(seen);
  }

  private Map<String, String> unusable(CycleEffect.Fit fit) throws InterruptedException {
    CycleEffect.ListBackups look =
        new CycleEffect.ListBackups(Story.SHARD, 7, Set.of(OLD.text(), NEW.text()), fit);
    CycleInput.Listed listed = (CycleInput.Listed) worker.run("commerce/-80", look);
    assertThat(listed.unusable()).as("nothing is wrong with them").isEmpty();
    return new KnownBackups(listed.backups()).unusable();
  }

  @Test
  void whatIsGoneIsNotListed() throws InterruptedException {
    commit(OLD);
    commit(NEW);
    store.delete(manifestKey(NEW));
    assertThat(list(OLD, NEW).backups())
        .extracting(BackupStatus.Backup::backup)
        .containsExactly(OLD.text());
    store.delete(manifestKey(OLD));
    assertThat(list(OLD, NEW).backups()).isEmpty();
  }

  @Test
  void recordsNoVerdictOfABackupThatIsGone() throws InterruptedException {
    assertThat(record(NEW, Degree.RESTORABLE, null))
        .isInstanceOfSatisfying(
            CycleInput.VerdictRefused.class,
            refused -> {
              assertThat(refused.number()).isEqualTo(3);
              assertThat(refused.failure().code()).isEqualTo("BACKUP_MISSING");
            });
  }

  @Test
  void saysThatTheStoreIsAway() throws InterruptedException {
    S3.front().stop();
    try {
      assertThat(
              worker.run("x/y", new CycleEffect.ListBackups(Story.SHARD, 8, Set.of(), NO_PRIMARY)))
          .isInstanceOfSatisfying(
              CycleInput.ListingFailed.class,
              failed -> {
                assertThat(failed.look()).isEqualTo(8);
                assertThat(failed.failure().failureClass()).isEqualTo(FailureClass.TRANSIENT);
              });
      assertThat(record(NEW, Degree.RESTORABLE, null))
          .isInstanceOfSatisfying(
              CycleInput.VerdictRefused.class,
              refused ->
                  assertThat(refused.failure().failureClass()).isEqualTo(FailureClass.TRANSIENT));
    } finally {
      S3.front().startAgain();
    }
  }
}
