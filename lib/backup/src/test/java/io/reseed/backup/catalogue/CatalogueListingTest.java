package io.reseed.backup.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.MemoryStore;
import io.reseed.backup.TestBackups;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.format.Verdict;
import io.reseed.backup.store.ForwardingStore;
import io.reseed.backup.store.ObjectInfo;
import io.reseed.fleet.BackupId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A listing reads what changed since the last one, and nothing else. */
final class CatalogueListingTest {
  private static final RepositoryLayout LAYOUT = new RepositoryLayout(TestBackups.SHARD);
  private static final BackupId FIRST = TestBackups.id(1);
  private static final BackupId SECOND = TestBackups.id(2);
  private static final Verdict VALIDATED =
      new Verdict(Verdict.Outcome.VALIDATED, Instant.EPOCH, "checked", Map.of());
  private static final Verdict UNHEALTHY =
      new Verdict(Verdict.Outcome.UNHEALTHY, Instant.EPOCH, "a pack is gone", Map.of());

  private final MemoryStore memory = new MemoryStore();
  private final ReadStore store = new ReadStore();
  private final Catalogue catalogue = new Catalogue(store);
  private boolean tags = true;

  /** Remembers which objects were read. */
  private final class ReadStore extends ForwardingStore {
    private final Set<String> read = new ConcurrentSkipListSet<>();

    private ReadStore() {
      super(memory);
    }

    @Override
    public void getRange(String key, long offset, ByteBuffer target) {
      read.add(key);
      super.getRange(key, offset, target);
    }

    @Override
    public void list(String prefix, Consumer<ObjectInfo> consumer) {
      super.list(
          prefix,
          info ->
              consumer.accept(
                  tags ? info : new ObjectInfo(info.key(), info.sizeBytes(), "", Instant.EPOCH)));
    }
  }

  @BeforeEach
  void makeTwoBackups(@TempDir Path folder) throws IOException {
    Files.write(folder.resolve("file"), new byte[1000]);
    TestBackups.write(memory, FIRST, folder);
    TestBackups.write(memory, SECOND, folder);
    catalogue.record(TestBackups.SHARD, FIRST, VALIDATED);
    assertListed(Optional.of(VALIDATED), Optional.empty());
    assertThat(store.read).hasSize(3);
    store.read.clear();
  }

  @Test
  void nothingIsReadAgainWhileNothingChanges() {
    for (int i = 0; i < 3; i++) {
      assertListed(Optional.of(VALIDATED), Optional.empty());
    }
    assertThat(store.read).isEmpty();
  }

  @Test
  void aNewVerdictAndAReplacedOneAreRead() {
    new Catalogue(memory).record(TestBackups.SHARD, SECOND, VALIDATED);
    assertListed(Optional.of(VALIDATED), Optional.of(VALIDATED));
    assertThat(store.read).containsExactly(LAYOUT.manifestKey(SECOND), LAYOUT.verdictKey(SECOND));
    catalogue.record(TestBackups.SHARD, FIRST, UNHEALTHY);
    assertListed(Optional.of(UNHEALTHY), Optional.of(VALIDATED));
    memory.delete(LAYOUT.verdictKey(FIRST));
    assertListed(Optional.empty(), Optional.of(VALIDATED));
  }

  @Test
  void aManifestThatChangedOrIsGoneIsNoLongerListedAsItWas() {
    byte[] manifest = memory.object(LAYOUT.manifestKey(FIRST));
    byte[] flipped = manifest.clone();
    flipped[300] ^= 1;
    memory.put(LAYOUT.manifestKey(FIRST), ByteBuffer.wrap(flipped));
    assertThat(catalogue.list(TestBackups.SHARD).getFirst())
        .isInstanceOf(ListedBackup.Unusable.class);
    memory.put(LAYOUT.manifestKey(FIRST), ByteBuffer.wrap(manifest));
    assertListed(Optional.of(VALIDATED), Optional.empty());
    memory.delete(LAYOUT.manifestKey(FIRST));
    assertThat(catalogue.list(TestBackups.SHARD)).extracting(ListedBackup::id).containsOnly(SECOND);
  }

  @Test
  void whatCannotBeReadIsReadAtEachListing() {
    memory.put(LAYOUT.verdictKey(FIRST), ByteBuffer.wrap(new byte[] {1, 2, 3}));
    for (int i = 0; i < 2; i++) {
      store.read.clear();
      assertThat(catalogue.list(TestBackups.SHARD).getFirst())
          .isInstanceOf(ListedBackup.Unusable.class);
      assertThat(store.read).contains(LAYOUT.verdictKey(FIRST));
    }
  }

  @Test
  void aStoreWithoutTagsIsReadEachTime() {
    tags = false;
    for (int i = 0; i < 2; i++) {
      store.read.clear();
      assertListed(Optional.of(VALIDATED), Optional.empty());
      assertThat(store.read).hasSize(3);
    }
  }

  private void assertListed(Optional<Verdict> first, Optional<Verdict> second) {
    List<ListedBackup> listed = catalogue.list(TestBackups.SHARD);
    assertThat(listed).extracting(ListedBackup::id).containsExactly(FIRST, SECOND);
    Iterator<Optional<Verdict>> verdicts = List.of(first, second).iterator();
    assertThat(listed)
        .allSatisfy(
            backup ->
                assertThat(((ListedBackup.Usable) backup).verdict()).isEqualTo(verdicts.next()));
  }
}
