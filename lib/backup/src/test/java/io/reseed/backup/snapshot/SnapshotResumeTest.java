package io.reseed.backup.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.MemoryStore;
import io.reseed.backup.PageFolder;
import io.reseed.backup.SampleFolder;
import io.reseed.backup.TestBackups;
import io.reseed.backup.TestChain;
import io.reseed.backup.WatchedStore;
import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.encryption.LocalMasterKeys;
import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.format.Sha256;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.PutOutcome;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotResumeTest {
  private static final int PAGE = 8 << 10;
  private static final SnapshotOptions OPTIONS = new SnapshotOptions(256 << 10, 256 << 10, 2, 1);
  private static final RepositoryLayout LAYOUT = new RepositoryLayout(TestBackups.SHARD);
  private static final BackupId ID = TestBackups.id(50);
  private static final String FIRST = line("first", 1);
  private static final String SECOND = line("second", 2);

  private final MemoryStore memory = new MemoryStore();
  private final Map<String, Sha256> everPut = new ConcurrentHashMap<>();
  private final TestChain chain = new TestChain(memory, OPTIONS, PAGE);

  @TempDir Path temp;

  private Path source;
  private PageFolder folder;
  private Path table;

  @BeforeEach
  void fill() throws IOException {
    source = temp.resolve("source");
    folder = new PageFolder(source, PAGE, 4);
    table = folder.addTable(400);
    SampleFolder.random(source.resolve("odd"), 300_001, new Random(2));
  }

  @Test
  void aSnapshotThatStopsAnywhereSendsNoConfirmedPackAgain() throws IOException {
    SnapshotResult clean = chain.full(source);
    long packs = clean.manifest().packs().size();
    for (int puts = 0; puts <= packs; puts += 3) {
      Path job = temp.resolve("job-" + puts);
      BackupId id = TestBackups.id(100 + puts);
      SnapshotRequest request = request(id, null).withJobFolder(job);

      stopAfter(puts, request, MasterKeys.NONE);
      Set<String> confirmed = confirmed(job, id);
      SnapshotResult result = write(memory, request, MasterKeys.NONE);

      assertThat(namesOf(result.manifest())).containsAll(confirmed);
      assertThat(result.bytesUploaded() + result.bytesResumed()).isEqualTo(clean.bytesUploaded());
      assertThat(packsOf(id)).isEqualTo(namesOf(result.manifest()));
      assertThat(job.resolve("snapshot.journal")).doesNotExist();
      chain.restore(result.manifest(), temp.resolve("target-" + puts));
      SampleFolder.assertSame(temp.resolve("target-" + puts), source);
    }
  }

  @Test
  void anEncryptedIncrementalOneStopsManyTimesAndIsTheSame() throws IOException {
    MasterKeys keys = LocalMasterKeys.parse(FIRST);
    chain.with(keys);
    Manifest full = chain.full(source).manifest();
    folder.change(table, 0.2);
    folder.addTable(300);
    SnapshotResult clean = chain.on(full, source);
    SnapshotRequest request =
        request(ID, new SnapshotParent(full, Set.of())).withJobFolder(temp.resolve("job"));
    Set<String> confirmed = new HashSet<>();

    for (int run = 0; run < 8; run++) {
      stopAfter(1, request, keys);
      confirmed.addAll(confirmed(temp.resolve("job"), ID));
    }
    SnapshotResult result = write(memory, request, keys);

    assertThat(confirmed).hasSizeGreaterThan(4);
    assertThat(namesOf(result.manifest())).containsAll(confirmed);
    assertThat(result.manifest().storedBytes()).isEqualTo(clean.manifest().storedBytes());
    assertThat(result.extents()).isEqualTo(clean.extents());
    assertThat(result.bytesResumed()).isPositive();
    chain.restore(result.manifest(), temp.resolve("target"));
    SampleFolder.assertSame(temp.resolve("target"), source);
    // and it is a parent as any other: the page hashes of earlier runs are known
    folder.change(table, 0.02);
    SnapshotResult child = chain.on(result.manifest(), source);
    assertThat(child.extents().patched()).isPositive();
    chain.restore(child.manifest(), temp.resolve("child"));
    SampleFolder.assertSame(temp.resolve("child"), source);
  }

  @Test
  void everyByteIsInspectedByTheRunThatCommits() {
    LongAdder inspected = new LongAdder();
    ReadInspection counting = (path, file, offset, bytes) -> inspected.add(bytes.remaining());
    SnapshotRequest request =
        new SnapshotRequest(header(ID, null), scan(), counting, null, temp.resolve("job"));
    stopAfter(3, request, MasterKeys.NONE);
    inspected.reset();

    SnapshotResult result = write(memory, request, MasterKeys.NONE);

    assertThat(inspected.sum()).isEqualTo(result.manifest().rawBytes());
    assertThat(result.bytesResumed()).isPositive();
  }

  @Test
  void aServerThatChangedIsBegunAnew() throws IOException {
    SnapshotRequest request = request(ID, null).withJobFolder(temp.resolve("job"));
    stopAfter(3, request, MasterKeys.NONE);
    Set<String> before = packsOf(ID);
    folder.change(table, 0.01);

    SnapshotResult result = write(memory, request, MasterKeys.NONE);

    assertThat(before).isNotEmpty();
    assertThat(result.bytesResumed()).isZero();
    assertThat(packsOf(ID))
        .isEqualTo(namesOf(result.manifest()))
        .doesNotContainAnyElementsOf(before);
    chain.restore(result.manifest(), temp.resolve("target"));
    SampleFolder.assertSame(temp.resolve("target"), source);
  }

  @Test
  void anotherKeyIsNamedAndTheRightOneGoesOn() {
    SnapshotRequest request = request(ID, null).withJobFolder(temp.resolve("job"));
    MasterKeys right = LocalMasterKeys.parse(FIRST);
    stopAfter(3, request, right);

    MasterKeys impostor = LocalMasterKeys.parse(line("first", 9));
    assertFails(FailureCode.KEY_WRONG, () -> write(memory, request, impostor));
    MasterKeys stranger = LocalMasterKeys.parse(SECOND);
    assertFails(FailureCode.KEY_UNKNOWN, () -> write(memory, request, stranger));
    assertFails(FailureCode.KEY_UNKNOWN, () -> write(memory, request, MasterKeys.NONE));

    // rotated in between: what is committed needs the new key only
    SnapshotResult result = write(memory, request, LocalMasterKeys.parse(SECOND + "\n" + FIRST));
    assertThat(result.bytesResumed()).isPositive();
    chain.with(stranger).restore(result.manifest(), temp.resolve("target"));
  }

  @Test
  void plainPacksAreNotMixedWithEncryptedOnes() {
    SnapshotRequest request = request(ID, null).withJobFolder(temp.resolve("job"));
    stopAfter(3, request, MasterKeys.NONE);

    SnapshotResult result = write(memory, request, LocalMasterKeys.parse(FIRST));

    assertThat(result.bytesResumed()).isZero();
    assertThat(packsOf(ID)).isEqualTo(namesOf(result.manifest()));
  }

  @Test
  void aJournalCutAtAnyByteIsStillGoodForWhatIsLeft() throws IOException {
    SnapshotRequest request = request(ID, null).withJobFolder(temp.resolve("job"));
    stopAfter(5, request, MasterKeys.NONE);
    Path journal = temp.resolve("job/snapshot.journal");
    byte[] whole = Files.readAllBytes(journal);
    Random random = new Random(5);
    for (int i = 0; i < 25; i++) {
      Files.write(journal, Arrays.copyOf(whole, random.nextInt(whole.length + 1)));

      stopAfter(0, request, MasterKeys.NONE);
    }
    SnapshotResult result = write(memory, request, MasterKeys.NONE);

    chain.restore(result.manifest(), temp.resolve("target"));
    SampleFolder.assertSame(temp.resolve("target"), source);
  }

  @Test
  void aConfirmedPackThatIsGoneOrAnotherIsSentAgain() throws IOException {
    SnapshotRequest request = request(ID, null).withJobFolder(temp.resolve("job"));
    stopAfter(5, request, MasterKeys.NONE);
    List<String> confirmed = List.copyOf(confirmed(temp.resolve("job"), ID));
    memory.delete(LAYOUT.packKey(confirmed.get(0)));
    memory.object(LAYOUT.packKey(confirmed.get(1)))[7] ^= 1;

    SnapshotResult result = write(memory, request, MasterKeys.NONE);

    assertThat(result.bytesResumed()).isPositive();
    assertThat(namesOf(result.manifest()))
        .doesNotContain(confirmed.get(0), confirmed.get(1))
        .containsAll(confirmed.subList(2, confirmed.size()));
    chain.restore(result.manifest(), temp.resolve("target"));
    SampleFolder.assertSame(temp.resolve("target"), source);
  }

  @Test
  void aManifestWhoseAnswerIsLostIsFoundAndItsPacksStay() {
    SnapshotRequest request = request(ID, null).withJobFolder(temp.resolve("job"));
    stopAfter(3, request, MasterKeys.NONE);
    ObjectStore mute =
        new WatchedStore(memory) {
          @Override
          public void getRange(String key, long offset, ByteBuffer target) {
            throw new FailureException(FailureCode.STORE_UNREACHABLE, "lost", "Wait.");
          }
        };
    assertFails(FailureCode.STORE_UNREACHABLE, () -> write(mute, request, MasterKeys.NONE));
    Set<String> packs = packsOf(ID);

    assertFails(FailureCode.BACKUP_EXISTS, () -> write(memory, request, MasterKeys.NONE));

    assertThat(packsOf(ID)).isEqualTo(packs);
    assertThat(temp.resolve("job/snapshot.journal")).doesNotExist();
  }

  @Test
  void aManifestThatMayStillArriveKeepsItsPacks() throws IOException {
    SnapshotRequest request = request(ID, null).withJobFolder(temp.resolve("job"));
    String manifest = LAYOUT.manifestKey(ID);
    List<byte[]> late = new ArrayList<>();
    ObjectStore slow =
        new WatchedStore(memory) {
          @Override
          public PutOutcome putIfAbsent(String key, ByteBuffer content) {
            byte[] bytes = new byte[content.remaining()];
            content.duplicate().get(bytes);
            late.add(bytes);
            throw new FailureException(FailureCode.STORE_UNREACHABLE, "lost", "Wait.");
          }
        };
    assertFails(FailureCode.STORE_UNREACHABLE, () -> write(slow, request, MasterKeys.NONE));
    // the server is changed against the rules, the snapshot begun anew, and then the put comes
    Files.write(source.resolve("odd"), new byte[] {1});
    WatchedStore racing = new WatchedStore(memory);
    racing.afterPut(key -> memory.putIfAbsent(manifest, ByteBuffer.wrap(late.getFirst())));

    assertFails(FailureCode.BACKUP_EXISTS, () -> write(racing, request, MasterKeys.NONE));

    Manifest found = new Catalogue(memory).manifest(TestBackups.SHARD, ID);
    assertThat(packsOf(ID)).isEqualTo(namesOf(found));
  }

  @Test
  void aDamagedSourceLeavesNothingBehind() {
    SnapshotRequest request = request(ID, null).withJobFolder(temp.resolve("job"));
    stopAfter(3, request, MasterKeys.NONE);
    ReadInspection finding =
        (path, file, offset, bytes) -> {
          if (path.path().equals("odd")) {
            throw new FailureException(FailureCode.PAGE_CORRUPT, "rotten", "Look.");
          }
        };
    SnapshotRequest looking =
        new SnapshotRequest(header(ID, null), scan(), finding, null, temp.resolve("job"));

    assertFails(FailureCode.PAGE_CORRUPT, () -> write(memory, looking, MasterKeys.NONE));

    assertThat(packsOf(ID)).isEmpty();
    assertThat(temp.resolve("job/snapshot.journal")).doesNotExist();
  }

  @Test
  void oneRunAtATimeAndOneBackupForEachFolder() {
    SnapshotRequest request = request(ID, null).withJobFolder(temp.resolve("job"));
    List<FailureCode> second = new ArrayList<>();
    WatchedStore store = new WatchedStore(memory);
    store.beforePut(
        count -> {
          if (count == 0) {
            assertFails(FailureCode.JOB_RUNNING, () -> write(memory, request, MasterKeys.NONE));
            second.add(FailureCode.JOB_RUNNING);
          } else if (count == 2) {
            throw new FailureException(FailureCode.STORE_UNREACHABLE, "gone", "Wait.");
          }
        });
    assertFails(FailureCode.STORE_UNREACHABLE, () -> write(store, request, MasterKeys.NONE));
    assertThat(second).isNotEmpty();

    SnapshotRequest other = request(TestBackups.id(51), null).withJobFolder(temp.resolve("job"));
    assertFails(FailureCode.JOB_FOLDER_FOREIGN, () -> write(memory, other, MasterKeys.NONE));
    assertThatThrownBy(() -> request.withJobFolder(source.resolve("job")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Runs until so many puts have been done; all later ones fail, as when the process dies. */
  private void stopAfter(int puts, SnapshotRequest request, MasterKeys keys) {
    WatchedStore dying = new WatchedStore(memory).failsAfter(puts, FailureCode.STORE_UNREACHABLE);
    assertFails(FailureCode.STORE_UNREACHABLE, () -> write(dying, request, keys));
  }

  private SnapshotResult write(ObjectStore store, SnapshotRequest request, MasterKeys keys) {
    ObjectStore watched =
        new WatchedStore(store) {
          @Override
          public String put(String key, ByteBuffer content) {
            Sha256 sha256 = Sha256.of(content.duplicate());
            Sha256 before = everPut.put(key, sha256);
            // a pack's name is its nonce: never twice with other content
            assertThat(before == null || key.contains("/keys-") || before.equals(sha256)).isTrue();
            return super.put(key, content);
          }
        };
    return new SnapshotWriter(watched, OPTIONS, new Random(), keys)
        .write(request, JobMonitor.SILENT);
  }

  private SnapshotRequest request(BackupId id, @Nullable SnapshotParent parent) {
    BackupId parentId = parent == null ? null : parent.manifest().header().id();
    return new SnapshotRequest(header(id, parentId), scan(), ReadInspection.NONE, parent);
  }

  private static ManifestHeader header(BackupId id, @Nullable BackupId parent) {
    return TestBackups.header(id, parent, PAGE);
  }

  private SnapshotSource scan() {
    return SnapshotSource.scan(Map.of("data", source), path -> true);
  }

  private static Set<String> confirmed(Path job, BackupId id) {
    Set<String> names = new HashSet<>();
    try (SnapshotJournal journal =
        SnapshotJournal.reopen(job.resolve("snapshot.journal"), id).orElseThrow()) {
      journal.earlier().packs().forEach(pack -> names.add(pack.entry().name()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }

  private Set<String> packsOf(BackupId id) {
    Set<String> names = new HashSet<>();
    memory.list(
        LAYOUT.packsPrefix() + id,
        info -> names.add(info.key().substring(LAYOUT.shardPrefix().length())));
    return names;
  }

  private static Set<String> namesOf(Manifest manifest) {
    Set<String> names = new HashSet<>();
    manifest.packs().forEach(pack -> names.add(pack.name()));
    return names;
  }

  private static String line(String name, int seed) {
    byte[] key = new byte[32];
    new Random(seed).nextBytes(key);
    return name + " " + Base64.getEncoder().encodeToString(key);
  }

  private static void assertFails(FailureCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            FailureException.class,
            failure -> assertThat(failure.code()).as("%s", failure).isEqualTo(code));
  }
}
