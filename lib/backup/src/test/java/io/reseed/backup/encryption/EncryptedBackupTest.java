package io.reseed.backup.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.MemoryStore;
import io.reseed.backup.PageFolder;
import io.reseed.backup.SampleFolder;
import io.reseed.backup.TestBackups;
import io.reseed.backup.TestChain;
import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.catalogue.ListedBackup;
import io.reseed.backup.format.Extent;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.snapshot.SnapshotResult;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncryptedBackupTest {
  private static final int PAGE = 8 << 10;
  private static final SnapshotOptions OPTIONS = new SnapshotOptions(256 << 10, 256 << 10, 2, 1);
  private static final RepositoryLayout LAYOUT = new RepositoryLayout(TestBackups.SHARD);
  private static final String SECRET = "a sentence that no store may ever see";
  private static final MasterKeys FIRST = LocalMasterKeys.parse(line("first", 1));

  private final MemoryStore store = new MemoryStore();
  private final TestChain chain = new TestChain(store, OPTIONS, PAGE).with(FIRST);

  @TempDir Path temp;

  private Path source;
  private Path table;
  private PageFolder folder;
  private Manifest full;

  @BeforeEach
  void writeAFullBackup() throws IOException {
    source = temp.resolve("source");
    folder = new PageFolder(source, PAGE, 4);
    table = folder.addTable(300);
    Files.writeString(source.resolve("secret"), SECRET);
    full = chain.full(source).manifest();
  }

  @Test
  void aChainComesBackWithItsKey() throws IOException {
    Manifest manifest = full;
    for (int generation = 0; generation < 3; generation++) {
      folder.change(table, 0.05);
      SnapshotResult result = chain.on(manifest, source);
      manifest = result.manifest();
      assertThat(result.extents().patched()).isPositive();
      assertThat(new Catalogue(store, FIRST).manifest(TestBackups.SHARD, manifest.header().id()))
          .isEqualTo(manifest);
    }

    chain.restore(manifest, temp.resolve("target"));

    SampleFolder.assertSame(temp.resolve("target"), source);
    assertThat(manifest.header().keyId()).startsWith(manifest.header().id().toString());
  }

  @Test
  void noPackHoldsWhatWasBackedUp() {
    store.list(
        LAYOUT.packsPrefix(),
        pack -> {
          String bytes = new String(store.object(pack.key()), StandardCharsets.ISO_8859_1);
          assertThat(bytes).doesNotContain(SECRET.substring(0, 10));
        });
    assertThat(full.packs()).isNotEmpty();
  }

  @Test
  void noTwoPlacesHaveTheSameNonceOfOneKey() {
    Set<String> seen = new HashSet<>();
    full.files().stream()
        .flatMap(file -> file.extents().stream())
        .filter(Extent.Stored.class::isInstance)
        .map(Extent.Stored.class::cast)
        .forEach(
            extent -> {
              String pack = full.packs().get(extent.place().pack()).name();
              String nonce =
                  RepositoryLayout.writerOf(pack)
                      + RepositoryLayout.numberOf(pack)
                      + " "
                      + extent.place().packOffset();
              assertThat(seen.add(nonce)).isTrue();
            });
    full.pages()
        .hashes()
        .forEach(
            hashes -> {
              String pack = full.packs().get(hashes.pack()).name();
              String nonce =
                  RepositoryLayout.writerOf(pack)
                      + RepositoryLayout.numberOf(pack)
                      + " "
                      + hashes.packOffset();
              assertThat(seen.add(nonce)).isTrue();
            });
  }

  @Test
  void aLostOrWrongKeyHasACodeOfItsOwn() {
    MasterKeys other = LocalMasterKeys.parse(line("other", 2));
    MasterKeys wrong = LocalMasterKeys.parse(line("first", 2));

    assertFails(FailureCode.KEY_UNKNOWN, () -> restoreWith(MasterKeys.NONE));
    assertFails(FailureCode.KEY_UNKNOWN, () -> restoreWith(other));
    assertFails(FailureCode.KEY_WRONG, () -> restoreWith(wrong));

    assertThat(FailureCode.KEY_WRONG.failureClass()).isEqualTo(FailureClass.OPERATOR_MUST_ACT);
    assertThat(listedWith(FIRST)).isInstanceOf(ListedBackup.Usable.class);
    assertUnusable(MasterKeys.NONE, FailureCode.KEY_UNKNOWN);
    assertUnusable(wrong, FailureCode.KEY_WRONG);
    assertThat(new Catalogue(store).list(TestBackups.SHARD).getFirst())
        .as("who only chooses needs no keys")
        .isInstanceOf(ListedBackup.Usable.class);
  }

  @Test
  void rotationWrapsAnewAndTouchesNeitherPacksNorManifest() throws IOException {
    byte[] manifestBefore = store.object(LAYOUT.manifestKey(full.header().id())).clone();
    MasterKeys both = LocalMasterKeys.parse(line("second", 2) + "\n" + line("first", 1));
    MasterKeys second = LocalMasterKeys.parse(line("second", 2));
    assertFails(FailureCode.KEY_UNKNOWN, () -> restoreWith(second));

    new Catalogue(store, both).rewrapKeys(TestBackups.SHARD, full.header().id());

    chain.with(second).restore(full, temp.resolve("target"));
    SampleFolder.assertSame(temp.resolve("target"), source);
    assertThat(store.object(LAYOUT.manifestKey(full.header().id()))).isEqualTo(manifestBefore);
    assertFails(FailureCode.KEY_UNKNOWN, () -> restoreWith(FIRST));
  }

  @Test
  void aBackupMadeDuringARotationNeedsNoOlderKeyAlthoughItsParentDid() throws IOException {
    MasterKeys both = LocalMasterKeys.parse(line("second", 2) + "\n" + line("first", 1));
    MasterKeys second = LocalMasterKeys.parse(line("second", 2));

    SnapshotResult result = chain.with(both).on(full, source);

    assertThat(result.extents().referenced()).as("in the parent's packs").isPositive();
    assertFails(FailureCode.KEY_UNKNOWN, () -> restoreWith(second));
    chain.with(second).restore(result.manifest(), temp.resolve("target"));
    SampleFolder.assertSame(temp.resolve("target"), source);
  }

  @Test
  void aFlippedByteOfAnyPackIsFoundAndNamed() {
    String name = full.packs().getFirst().name();
    store.object(LAYOUT.packKey(name))[100] ^= 1;

    assertFails(FailureCode.PACK_CORRUPT, () -> chain.restore(full, temp.resolve("target")));
  }

  @Test
  void packsThatWereSwappedAreFound() {
    String one = LAYOUT.packKey(full.packs().get(0).name());
    String other = LAYOUT.packKey(full.packs().get(1).name());
    byte[] bytes = store.object(one).clone();
    store.put(one, ByteBuffer.wrap(store.object(other)));
    store.put(other, ByteBuffer.wrap(bytes));

    assertFails(FailureCode.PACK_CORRUPT, () -> chain.restore(full, temp.resolve("target")));
  }

  @Test
  void keysThatAreDamagedOrGoneCondemnTheBackup() {
    String key = LAYOUT.keysKey(Objects.requireNonNull(full.header().keyId()));
    byte[] object = store.object(key).clone();
    byte[] bad = object.clone();
    bad[object.length - 20] ^= 1;

    store.put(key, ByteBuffer.wrap(bad));
    assertFails(FailureCode.KEYS_CORRUPT, () -> restoreWith(FIRST));
    store.put(key, ByteBuffer.wrap(Arrays.copyOf(object, object.length - 1)));
    assertFails(FailureCode.KEYS_CORRUPT, () -> restoreWith(FIRST));
    store.delete(key);
    assertFails(FailureCode.KEYS_CORRUPT, () -> restoreWith(FIRST));
  }

  @Test
  void plainAndEncryptedBackupsDoNotReferToOneAnother() throws IOException {
    SnapshotResult plain = chain.with(MasterKeys.NONE).on(full, source);
    assertThat(plain.extents().referenced()).isZero();
    chain.restore(plain.manifest(), temp.resolve("plain"));
    SampleFolder.assertSame(temp.resolve("plain"), source);

    SnapshotResult encrypted = chain.with(FIRST).on(plain.manifest(), source);
    assertThat(encrypted.extents().referenced()).isZero();
    chain.restore(encrypted.manifest(), temp.resolve("encrypted"));
    SampleFolder.assertSame(temp.resolve("encrypted"), source);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing", "name", "name AAAA", "na/me x", "a b c"})
  void aTextThatNamesNoKeyIsRefusedWithoutRepeatingIt(String text) {
    assertThatThrownBy(() -> LocalMasterKeys.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("AAAA");
  }

  @Test
  void keysAreReadFromAFile() throws IOException {
    Path file = Files.writeString(temp.resolve("keys"), "# mine\n\n" + line("first", 1) + "\n");

    chain.with(LocalMasterKeys.read(file)).restore(full, temp.resolve("target"));

    SampleFolder.assertSame(temp.resolve("target"), source);
    assertFails(FailureCode.KEY_UNKNOWN, () -> LocalMasterKeys.read(temp.resolve("none")));
  }

  @Test
  void aConfigurationNamesOneSourceOfKeysOrNone() throws IOException {
    Path file = Files.writeString(temp.resolve("keys"), line("first", 1));
    Optional<String> text = Optional.of(line("first", 1));

    chain
        .with(LocalMasterKeys.configured(Optional.empty(), text))
        .restore(full, temp.resolve("of-text"));
    chain
        .with(LocalMasterKeys.configured(Optional.of(file), Optional.empty()))
        .restore(full, temp.resolve("of-file"));

    SampleFolder.assertSame(temp.resolve("of-text"), source);
    SampleFolder.assertSame(temp.resolve("of-file"), source);
    assertThat(LocalMasterKeys.configured(Optional.empty(), Optional.empty()).canWrap()).isFalse();
    assertThatThrownBy(() -> LocalMasterKeys.configured(Optional.of(file), text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("both");
  }

  private void restoreWith(MasterKeys keys) {
    TestChain other = new TestChain(store, OPTIONS, PAGE).with(keys);
    other.restore(full, temp.resolve("never"));
  }

  private ListedBackup listedWith(MasterKeys keys) {
    return new Catalogue(store, keys).list(TestBackups.SHARD).getFirst();
  }

  private void assertUnusable(MasterKeys keys, FailureCode code) {
    assertThat(listedWith(keys))
        .isInstanceOfSatisfying(
            ListedBackup.Unusable.class,
            unusable -> assertThat(unusable.failure().code()).isEqualTo(code));
  }

  private static void assertFails(FailureCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            FailureException.class,
            failure -> assertThat(failure.code()).as("%s", failure).isEqualTo(code));
  }

  private static String line(String name, int fill) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) fill);
    return name + " " + Base64.getEncoder().encodeToString(key);
  }
}
