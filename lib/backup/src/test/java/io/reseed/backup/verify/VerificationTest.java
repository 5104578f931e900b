package io.reseed.backup.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.MemoryStore;
import io.reseed.backup.TestBackups;
import io.reseed.backup.TestChain;
import io.reseed.backup.WatchedStore;
import io.reseed.backup.encryption.LocalMasterKeys;
import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.format.Extent;
import io.reseed.backup.format.FileEntry;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.verify.VerifyReport.BadPack;
import io.reseed.backup.verify.VerifyReport.Kind;
import io.reseed.backup.verify.VerifyReport.Touched;
import io.reseed.backup.verify.VerifyReport.TouchedFile;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A chain of four backups of two tables and another file; what is damaged must be found. */
class VerificationTest {
  private static final RepositoryLayout LAYOUT = new RepositoryLayout(TestBackups.SHARD);
  private static final SnapshotOptions OPTIONS =
      new SnapshotOptions(4 * TestTablespace.PAGE, 256 << 10, 2, 1);
  private static final MasterKeys KEYS = keys(1);

  private final MemoryStore store = new MemoryStore();
  private final List<Manifest> chain = new ArrayList<>();

  @TempDir Path temp;

  private Path source;
  private TestTablespace orders;
  private TestChain writer;

  @BeforeEach
  void begin() throws IOException {
    source = temp.resolve("source");
    orders = TestTablespace.create(source.resolve("shop/orders.ibd"), 7, 41);
    TestTablespace.create(source.resolve("shop/line@0020items#p#p1.ibd"), 8, 5);
    Files.writeString(source.resolve("auto.cnf"), "[auto]\n");
    writer = new TestChain(store, OPTIONS, TestTablespace.PAGE);
  }

  private void writeChain() throws IOException {
    chain.add(writer.full(source).manifest());
    for (int page : new int[] {2, 2, 40}) {
      orders.change(page);
      orders.change(20);
      chain.add(writer.on(chain.getLast(), source).manifest());
    }
    assertThat(chain.getLast().files())
        .anySatisfy(
            file -> assertThat(file.extents()).hasAtLeastOneElementOfType(Extent.Patched.class));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSoundChainIsSoundAsAWholeAndInShares(boolean encrypted) throws IOException {
    MasterKeys keys = encrypted ? KEYS : MasterKeys.NONE;
    writer.with(keys);
    writeChain();

    for (Manifest manifest : chain) {
      VerifyReport report = whole(keys, manifest);
      assertThat(report.sound()).as("%s", report).isTrue();
      assertThat(report.counts().pages()).isEqualTo(41 + 5);
      assertThat(report.counts().packs()).isEqualTo(manifest.packs().size());
    }
    VerifyReport all = share(keys, Share.ALL);
    assertThat(all.sound()).as("%s", all).isTrue();
    assertThat(all.counts().backups()).isEqualTo(4);
    assertThat(all.counts().parts()).isEqualTo(parts().size());
    assertThat(all.counts().pages()).isBetween(41L + 5 + 6, 2 * (41L + 5 + 6));
    List<VerifyReport> shares =
        IntStream.rangeClosed(1, 3).mapToObj(i -> share(keys, new Share(i, 3))).toList();
    assertThat(shares).allMatch(VerifyReport::sound);
    assertThat(shares.stream().mapToLong(it -> it.counts().parts()).sum())
        .isEqualTo(all.counts().parts());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void eachDamagedPartIsFoundWithTheFilesAndBackupsThatNeedIt(boolean encrypted)
      throws IOException {
    MasterKeys keys = encrypted ? KEYS : MasterKeys.NONE;
    writer.with(keys);
    writeChain();
    NavigableMap<StoredAt, NavigableMap<BackupId, Set<String>>> parts = parts();
    assertThat(parts).hasSizeGreaterThan(12);
    for (StoredAt part : parts.keySet()) {
      byte[] pack = store.object(part.packKey());
      pack[(int) part.offset() + 3] ^= 1;
      NavigableMap<BackupId, Set<String>> needing = parts.get(part);

      BadPack bad = onlyBadPack(share(keys, Share.ALL));

      assertThat(bad.name()).isEqualTo(part.pack());
      assertThat(bad.faultCount()).isEqualTo(1);
      assertThat(bad.faults().getFirst().offset()).isEqualTo(part.offset());
      assertThat(bad.faults().getFirst().kind()).isEqualTo(Kind.DAMAGED);
      assertTouched(bad, needing);
      for (Manifest manifest : chain) {
        VerifyReport report = whole(keys, manifest);
        if (needing.containsKey(manifest.header().id())) {
          assertTouched(onlyBadPack(report), needing);
        } else {
          assertThat(report.sound()).isTrue();
        }
      }
      pack[(int) part.offset() + 3] ^= 1;
    }
  }

  @Test
  void tablesAreNamed() throws IOException {
    writeChain();
    Manifest full = chain.getFirst();
    for (FileEntry file : full.files()) {
      Extent.Stored first = (Extent.Stored) file.extents().getFirst();
      byte[] pack = store.object(LAYOUT.packKey(full.packs().get(first.place().pack()).name()));
      pack[(int) first.place().packOffset() + 5] ^= 1;
    }

    List<TouchedFile> files =
        onlyBadPack(whole(MasterKeys.NONE, full)).touched().getFirst().files();

    assertThat(files)
        .extracting(it -> it.path() + " " + it.table())
        .containsExactly(
            "data:auto.cnf null",
            "data:shop/line@0020items#p#p1.ibd shop.line items",
            "data:shop/orders.ibd shop.orders");
  }

  @Test
  void aMissingAndATruncatedPackAreFound() throws IOException {
    writeChain();
    Manifest last = chain.getLast();
    String first = chain.getFirst().packs().getFirst().name();
    String newest = last.packs().getLast().name();
    byte[] short1 = store.object(LAYOUT.packKey(newest));
    store.put(LAYOUT.packKey(newest), ByteBuffer.wrap(Arrays.copyOf(short1, 20)));
    store.delete(LAYOUT.packKey(first));

    for (VerifyReport report :
        List.of(share(MasterKeys.NONE, Share.ALL), whole(MasterKeys.NONE, last))) {
      assertThat(report.badPacks()).extracting(BadPack::name).containsExactly(first, newest);
      BadPack missing = report.badPacks().getFirst();
      assertThat(missing.faults()).allMatch(it -> it.kind() == Kind.PACK_MISSING);
      assertThat(missing.touched()).extracting(Touched::backup).containsExactlyElementsOf(ids());
      BadPack cut = report.badPacks().getLast();
      assertThat(cut.faults()).allMatch(it -> it.kind() == Kind.PACK_TOO_SHORT);
      assertThat(cut.touched()).extracting(Touched::backup).containsExactly(last.header().id());
    }
  }

  @Test
  void aPageThatWasBadWhenItWasBackedUpIsFoundWhereItWasStored() throws IOException {
    writeChain();
    orders.rot(20);
    Manifest rotten = writer.on(chain.getLast(), source).manifest();

    assertThat(whole(MasterKeys.NONE, chain.getLast()).sound()).isTrue();
    for (VerifyReport report :
        List.of(share(MasterKeys.NONE, Share.ALL), whole(MasterKeys.NONE, rotten))) {
      BadPack bad = onlyBadPack(report);
      assertThat(RepositoryLayout.isWrittenBy(bad.name(), rotten.header().id())).isTrue();
      assertThat(bad.faults())
          .singleElement()
          .satisfies(
              fault -> {
                assertThat(fault.kind()).isEqualTo(Kind.BAD_PAGE);
                assertThat(fault.message()).contains("page 20 of shop/orders.ibd");
              });
      assertTouched(bad, new TreeMap<>(Map.of(rotten.header().id(), Set.of("shop/orders.ibd"))));
    }
  }

  @Test
  void aBadPageThatALaterPatchReplacesDoesNotTouchTheLaterBackup() throws IOException {
    orders.rot(20);
    Manifest rotten = writer.full(source).manifest();
    orders.change(20);
    Manifest mended = writer.on(rotten, source).manifest();
    assertThat(mended.files().getLast().extents()).hasAtLeastOneElementOfType(Extent.Patched.class);

    assertThat(whole(MasterKeys.NONE, rotten).sound()).isFalse();
    assertThat(whole(MasterKeys.NONE, mended).sound()).isTrue();
    assertThat(onlyBadPack(share(MasterKeys.NONE, Share.ALL)).faults())
        .singleElement()
        .matches(fault -> fault.kind() == Kind.BAD_PAGE);
  }

  @Test
  void aBadFirstPageIsOneFaultAndNotOneForEachExtent() throws IOException {
    orders.rot(0);
    Manifest rotten = writer.full(source).manifest();

    BadPack bad = onlyBadPack(whole(MasterKeys.NONE, rotten));

    assertThat(bad.faults())
        .singleElement()
        .satisfies(fault -> assertThat(fault.message()).contains("page 0 of shop/orders.ibd"));
    assertThat(onlyBadPack(share(MasterKeys.NONE, Share.ALL)).faultCount()).isEqualTo(1);
  }

  @Test
  void keysThatAreNotHereOrWrongMakeBackupsUnreadableAndNotBad() throws IOException {
    writer.with(KEYS);
    writeChain();

    for (var expected :
        Map.of(MasterKeys.NONE, FailureCode.KEY_UNKNOWN, keys(2), FailureCode.KEY_WRONG)
            .entrySet()) {
      VerifyReport all = share(expected.getKey(), Share.ALL);
      assertThat(all.sound()).isFalse();
      assertThat(all.badPacks()).isEmpty();
      assertThat(all.unreadable()).hasSize(4).allMatch(it -> it.code() == expected.getValue());
      assertThat(whole(expected.getKey(), chain.getLast()).unreadable())
          .singleElement()
          .matches(it -> it.code() == expected.getValue());
    }
  }

  @Test
  void aDamagedManifestHidesNoOtherBackup() throws IOException {
    writeChain();
    BackupId damaged = ids().get(1);
    store.object(LAYOUT.manifestKey(damaged))[150] ^= 1;
    StoredAt newest = parts().lastKey();
    store.object(newest.packKey())[(int) newest.offset() + 3] ^= 1;

    VerifyReport report = share(MasterKeys.NONE, Share.ALL);

    assertThat(report.unreadable())
        .singleElement()
        .matches(it -> it.backup().equals(damaged) && it.code() == FailureCode.MANIFEST_CORRUPT);
    assertThat(report.counts().backups()).isEqualTo(3);
    assertThat(onlyPack(report).name()).isEqualTo(newest.pack());
  }

  @Test
  void whatIsReadWrongOnceIsReadAgain() throws IOException {
    writeChain();
    AtomicInteger reads = new AtomicInteger();
    WatchedStore flaky =
        new WatchedStore(store)
            .afterRead(
                bytes -> {
                  // every second read is damaged on its way
                  if (reads.incrementAndGet() % 2 == 0 && bytes.limit() > 100) {
                    bytes.put(bytes.limit() - 1, (byte) (bytes.get(bytes.limit() - 1) ^ 1));
                  }
                });
    Verification verification =
        new Verification(flaky, MasterKeys.NONE, new VerifyOptions(1, 1 << 20));

    Manifest last = chain.getLast();
    try {
      VerifyReport report =
          verification.backup(TestBackups.SHARD, last.header().id(), JobMonitor.SILENT);
      assertThat(report.badPacks()).isEmpty();
    } catch (FailureException e) {
      throw new AssertionError("nothing but packs was to be damaged", e);
    }
    assertThat(reads.get()).isGreaterThan(4);
  }

  @Test
  void aBackupThatIsNotThereIsSaidSo() {
    assertThatThrownBy(
            () ->
                verification(MasterKeys.NONE)
                    .backup(TestBackups.SHARD, TestBackups.id(99), JobMonitor.SILENT))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> assertThat(e.code()).isEqualTo(FailureCode.BACKUP_MISSING));
  }

  @Test
  void shardsAreFound() throws IOException {
    writeChain();

    assertThat(verification(MasterKeys.NONE).shards()).containsExactly(TestBackups.SHARD);
    try (ObjectStore empty = new MemoryStore()) {
      assertThat(new Verification(empty, MasterKeys.NONE, VerifyOptions.defaults()).shards())
          .isEmpty();
    }
  }

  private Verification verification(MasterKeys keys) {
    return new Verification(store, keys, new VerifyOptions(2, 64 << 10));
  }

  private VerifyReport whole(MasterKeys keys, Manifest manifest) {
    return verification(keys).backup(TestBackups.SHARD, manifest.header().id(), JobMonitor.SILENT);
  }

  private VerifyReport share(MasterKeys keys, Share share) {
    return verification(keys).share(List.of(TestBackups.SHARD), share, JobMonitor.SILENT);
  }

  private static BadPack onlyBadPack(VerifyReport report) {
    assertThat(report.unreadable()).isEmpty();
    return onlyPack(report);
  }

  private static BadPack onlyPack(VerifyReport report) {
    assertThat(report.badPacks()).hasSize(1);
    return report.badPacks().getFirst();
  }

  private static void assertTouched(BadPack bad, NavigableMap<BackupId, Set<String>> needing) {
    NavigableMap<BackupId, Set<String>> touched = new TreeMap<>();
    for (Touched each : bad.touched()) {
      Set<String> paths = new TreeSet<>();
      each.files().forEach(file -> paths.add(file.path().path()));
      touched.put(each.backup(), paths);
    }
    assertThat(touched).isEqualTo(needing);
  }

  private List<BackupId> ids() {
    return chain.stream().map(manifest -> manifest.header().id()).toList();
  }

  /** Every part of every pack, with the backups and files that refer to it. */
  private NavigableMap<StoredAt, NavigableMap<BackupId, Set<String>>> parts() {
    NavigableMap<StoredAt, NavigableMap<BackupId, Set<String>>> parts = new TreeMap<>();
    for (Manifest manifest : chain) {
      for (FileEntry file : manifest.files()) {
        for (Extent extent : file.extents()) {
          List<Extent.Place> places = new ArrayList<>();
          if (extent instanceof Extent.Stored stored) {
            places.add(stored.place());
          } else if (extent instanceof Extent.Patched patched) {
            places.add(patched.base().place());
            patched.patches().forEach(patch -> places.add(patch.place()));
          }
          for (Extent.Place place : places) {
            StoredAt at =
                new StoredAt(
                    TestBackups.SHARD,
                    manifest.packs().get(place.pack()).name(),
                    place.packOffset());
            parts
                .computeIfAbsent(at, _ -> new TreeMap<>())
                .computeIfAbsent(manifest.header().id(), _ -> new TreeSet<>())
                .add(file.path().path());
          }
        }
      }
    }
    return parts;
  }

  private static MasterKeys keys(int fill) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) fill);
    return LocalMasterKeys.parse("main " + Base64.getEncoder().encodeToString(key));
  }
}
