package io.reseed.backup.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.fleet.FailureCode;
import io.reseed.testkit.OsProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderStoreTest extends ObjectStoreContract {
  @TempDir private Path folder;
  private FolderStore store;

  @BeforeEach
  void open() {
    store = FolderStore.open(folder, "some/prefix/");
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  ObjectStore store() {
    return store;
  }

  @Test
  void anObjectIsAFileNamedAsItsKey() throws IOException {
    store.put("a/b", bytes("content"));

    assertThat(folder.resolve("some/prefix/a/b")).hasContent("content");
  }

  @Test
  void keysThatLeadOutsideAreRefused() {
    List<String> bad =
        List.of("../a", "a/../../b", "/etc/x", "a//b", "a/./b", "a/", "", "a\0b", "a\\b", "a\nb");
    for (String key : bad) {
      assertThatThrownBy(() -> store.put(key, bytes("x")))
          .as(key)
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> store.head(key)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> store.delete(key)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> text(key, 0, 1)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> store.put(UnfinishedFiles.FOLDER + "/a", bytes("x")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void noSymbolicLinkIsFollowed(@TempDir Path elsewhere) throws IOException {
    Files.writeString(elsewhere.resolve("secret"), "secret");
    store.put("a/b", bytes("content"));
    Files.createSymbolicLink(folder.resolve("some/prefix/link"), elsewhere);
    Files.createSymbolicLink(folder.resolve("some/prefix/a/secret"), elsewhere.resolve("secret"));

    assertFails(FailureCode.STORE_REFUSED, () -> text("link/secret", 0, 6));
    assertFails(FailureCode.STORE_REFUSED, () -> store.put("link/new", bytes("x")));
    assertFails(FailureCode.STORE_REFUSED, () -> store.delete("link/secret"));
    assertFails(FailureCode.STORE_REFUSED, () -> text("a/secret", 0, 6));
    assertThat(keys("")).containsExactly("a/b");
    assertThat(elsewhere.resolve("secret")).exists();
    assertThat(elsewhere.resolve("new")).doesNotExist();
  }

  @Test
  void aFolderThatIsNotThereIsRefusedAndNotMade() {
    assertFails(FailureCode.STORE_REFUSED, () -> FolderStore.open(folder.resolve("absent"), ""));

    assertThat(folder.resolve("absent")).doesNotExist();
  }

  @Test
  void aFolderThatVanishedIsRefusedRatherThanEmpty(@TempDir Path disk) throws IOException {
    Path root = Files.createDirectory(disk.resolve("mounted"));
    try (FolderStore vanishing = FolderStore.open(root, "")) {
      vanishing.put("a/b", bytes("x"));
      Files.move(root, disk.resolve("unmounted"));

      assertFails(FailureCode.STORE_REFUSED, () -> vanishing.list("", info -> {}));
      assertFails(FailureCode.STORE_REFUSED, () -> vanishing.head("a/b"));
      assertFails(FailureCode.STORE_REFUSED, () -> vanishing.put("a/b", bytes("y")));
      assertFails(FailureCode.STORE_REFUSED, () -> vanishing.delete("a/b"));
      Files.move(disk.resolve("unmounted"), root);
    }
  }

  @Test
  void foldersRemovedByOthersAreMadeAgain() throws IOException {
    store.put("a/b/c", bytes("x"));
    store.delete("a/b/c");
    Files.delete(folder.resolve("some/prefix/a/b"));
    Files.delete(folder.resolve("some/prefix/a"));

    store.put("a/b/d", bytes("content"));

    assertThat(text("a/b/d", 0, 7)).isEqualTo("content");
  }

  @Test
  void noTemporaryFileIsListedOrLeft() throws IOException {
    store.put("a", bytes("x"));
    store.putIfAbsent("a", bytes("y"));
    store.putIfAbsent("b", bytes("y"));

    assertThat(keys("")).containsExactly("a", "b");
    assertThat(unfinishedFiles()).allSatisfy(file -> assertThat(file).hasFileName("lock"));
    try (FolderStore whole = FolderStore.open(folder, "")) {
      List<String> all = new ArrayList<>();
      whole.list("", info -> all.add(info.key()));
      assertThat(all).containsExactly("some/prefix/a", "some/prefix/b");
    }
  }

  @Test
  void whoOnlyReadsWritesNothing() {
    try (FolderStore reader = FolderStore.open(folder, "")) {
      reader.list("", info -> {});
      assertThat(reader.head("a")).isEmpty();
      assertFails(FailureCode.OBJECT_MISSING, () -> reader.getRange("a", 0, bytes("x")));
    }

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aClosedStoreTakesNothing() {
    FolderStore closed = FolderStore.open(folder, "");
    closed.close();

    assertFails(FailureCode.STORE_UNREACHABLE, () -> closed.put("a", bytes("x")));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whatAKilledProcessLeftIsSweptAndWhatALivingOneWritesIsNot() throws Exception {
    store.put("a", bytes("x"));
    Path killed = Files.createDirectories(folder.resolve(UnfinishedFiles.FOLDER).resolve("killed"));
    Files.createFile(killed.resolve("lock"));
    Files.writeString(killed.resolve("0"), "half an obj");
    Path living =
        unfinishedFiles().stream()
            .filter(file -> !file.startsWith(killed))
            .map(lock -> lock.resolveSibling("7"))
            .findFirst()
            .orElseThrow();
    Files.writeString(living, "under way");
    OsProcess other = LockingProcess.start(folder.resolve("log"), folder, folder.resolve("ready"));
    Path foreign = Path.of(Files.readString(folder.resolve("ready"), UTF_8));

    putByAnother();

    assertThat(killed).doesNotExist();
    assertThat(living).exists();
    assertThat(foreign).exists();
    other.kill();
    putByAnother();
    assertThat(foreign).doesNotExist();
  }

  @Test
  void anotherOpenStoreOfThisProcessKeepsItsLock() throws IOException {
    store.put("a", bytes("x"));
    putByAnother();
    Path lock = unfinishedFiles().getFirst();

    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
      assertThatThrownBy(
              () -> {
                FileLock mine = channel.tryLock();
                mine.release();
              })
          .isInstanceOf(java.nio.channels.OverlappingFileLockException.class);
    }
  }

  @Test
  void settingsWithAFileAddressOpenAFolder() throws IOException {
    Files.createDirectory(folder.resolve("backups"));
    StoreSettings settings =
        new StoreSettings(
            folder.toUri(), "none", "backups", "p", null, true, StoreSettings.Client.defaults());
    try (ObjectStore opened = settings.open()) {
      opened.put("a", bytes("x"));
    }
    assertThat(folder.resolve("backups/p/a")).hasContent("x");
    assertThatThrownBy(
            () ->
                new StoreSettings(
                    URI.create("file:/x"),
                    "none",
                    "../y",
                    "",
                    null,
                    true,
                    StoreSettings.Client.defaults()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private void putByAnother() {
    try (FolderStore other = FolderStore.open(folder, "")) {
      other.put("other", bytes("x"));
    }
  }

  private List<Path> unfinishedFiles() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve(UnfinishedFiles.FOLDER))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
