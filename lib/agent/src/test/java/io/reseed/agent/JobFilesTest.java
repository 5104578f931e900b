package io.reseed.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reseed.agent.Parcel.State;
import io.reseed.testkit.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobFilesTest {
  private static final JobFiles.Kind<Parcel> KIND = new JobFiles.Kind<>(Parcel.class, 1);

  @TempDir private Path directory;
  private JobFiles<Parcel> files;

  @BeforeEach
  void open() {
    files = JobFiles.open(directory, KIND);
  }

  @AfterEach
  void close() {
    files.close();
  }

  private static Parcel job(int attempt) {
    return new Parcel(new JobId("s", attempt), State.TAKEN);
  }

  private Path file(int attempt) {
    return files.folder(job(attempt).id()).resolve("job.json");
  }

  @Test
  void readsEveryStateBackAsItWasWritten() {
    for (State state : State.values()) {
      files.write(job(1).with(state));
      assertThat(files.readAll().jobs()).containsExactly(job(1).with(state));
    }
  }

  /** What is being made on a full disk takes every byte that it can get. */
  @Test
  void notesWhatItDoesOnADiskThatIsFilledAgainAfterEachNote() {
    Optional<String> cannotMount = SmallDisk.whyImpossible();
    assumeTrue(cannotMount.isEmpty(), () -> cannotMount.orElse(""));
    try (SmallDisk disk = SmallDisk.mount(directory.resolve("small"), 40);
        JobFiles<Parcel> small = JobFiles.open(disk.path(), KIND)) {
      assertThat(small.readAll().jobs()).isEmpty();
      for (int attempt = 1; attempt <= 4; attempt++) {
        for (State state : State.values()) {
          disk.fillUpTo(0);
          Parcel job = job(attempt).with(state);
          small.write(job);
          assertThat(small.readAll().jobs()).containsExactly(job);
        }
        disk.empty();
        small.delete(job(attempt).id());
      }
    }
  }

  @Test
  void keepsTheFormerStateWhenAWriteIsCutOffAtAnyByte() throws IOException {
    files.write(job(1).with(State.CARRIED));
    byte[] next = Files.readAllBytes(file(1));
    files.write(job(1));
    Path aside = file(1).resolveSibling("job.json.new");
    for (int length = 0; length <= next.length; length++) {
      Files.write(aside, Arrays.copyOf(next, length));
      JobFiles.Found<Parcel> found = files.readAll();
      assertThat(found.jobs()).containsExactly(job(1));
      assertThat(found.unreadable()).isEmpty();
    }
  }

  @Test
  void forgetsAJobWhoseVeryFirstWriteWasCutOff() throws IOException {
    Path folder = files.folder(job(1).id());
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("job.json.new"), "{\"for");
    assertThat(files.readAll()).isEqualTo(new JobFiles.Found<>(List.of(), List.of()));
    assertThat(folder).doesNotExist();
  }

  @Test
  void leavesAFolderAloneWhoseFileCannotBeRead() throws IOException {
    files.write(job(1));
    files.write(job(2));
    byte[] whole = Files.readAllBytes(file(1));
    for (int length = 0; length < whole.length; length++) {
      Files.write(file(1), Arrays.copyOf(whole, length));
      JobFiles.Found<Parcel> found = files.readAll();
      assertThat(found.jobs()).containsExactly(job(2));
      assertThat(found.unreadable()).singleElement().matches(one -> one.folderName().equals("s.1"));
      assertThat(file(1)).exists();
    }
  }

  @Test
  void leavesAFileOfAnotherJobAlone() throws IOException {
    files.write(job(1));
    String text = Files.readString(file(1));
    Files.writeString(file(1), text.replace("\"attempt\":1", "\"attempt\":9"));
    assertThat(files.readAll().unreadable())
        .singleElement()
        .matches(one -> one.reason().contains("s.9"));
  }

  @Test
  void refusesTheJobsOfANewerReleaseBeforeItTouchesAnything() throws IOException {
    Path unbegun = files.folder(job(2).id());
    Files.createDirectories(unbegun);
    files.write(job(1));
    String text = Files.readString(file(1));
    Files.writeString(file(1), text.replace("\"format\":1", "\"format\":2"));
    assertThatThrownBy(files::readAll)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("format 2")
        .hasMessageContaining("start the release that wrote it");
    assertThat(unbegun).exists();
  }

  @Test
  void deletesTheJobsFileLastAndMayBeRepeated() throws IOException {
    files.write(job(1));
    Path journal = files.folder(job(1).id()).resolve("journal/deep/file");
    Files.createDirectories(journal.getParent());
    Files.writeString(journal, "x");
    files.delete(job(1).id());
    files.delete(job(1).id());
    assertThat(files.folder(job(1).id())).doesNotExist();
  }

  @Test
  void oneAgentAtATimeWorksInADirectory() {
    assertThatThrownBy(() -> JobFiles.open(directory, KIND))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(directory.toString())
        .hasMessageContaining("reseed.host.directory");
    files.close();
    files = JobFiles.open(directory, KIND);
  }
}
