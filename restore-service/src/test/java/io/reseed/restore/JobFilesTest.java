package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.SeedingStage;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.restore.JobState.Copy;
import io.reseed.restore.JobState.Proof;
import io.reseed.restore.JobState.Slot;
import io.reseed.testkit.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobFilesTest {
  private static final Slot SLOT = new Slot(3310, 4_294_967_295L);
  private static final Copy COPY = new Copy(null, 10, 20);

  @TempDir private Path directory;

  @Test
  void readsEveryStateBackAsItWasWritten() {
    JobFiles files = new JobFiles(directory);
    List<JobState> states =
        List.of(
            new JobState.Accepted(),
            new JobState.Fetching(SLOT),
            new JobState.Starting(SLOT, new Copy("a:1-5", 1, 2)),
            new JobState.Verifying(SLOT, COPY),
            new JobState.Restored(SLOT, COPY, new Proof("uuid", "a:1-5", 3)),
            new JobState.Kept(SLOT, true),
            new JobState.Failing(
                new Failure("C", FailureClass.BUG, "m", "h"), SeedingStage.CATCH_UP),
            new JobState.Failed(
                new Failure("C", FailureClass.TRANSIENT, "m", "h"), SeedingStage.RESTORE),
            new JobState.Removing("r"));
    for (JobState state : states) {
      Job job = job(1).with(state);
      files.write(job);
      assertThat(new JobFiles(directory).readAll().jobs()).containsExactly(job);
    }
  }

  /** A server that is being made on a full disk takes every byte that it can get. */
  @Test
  void notesWhatItDoesOnADiskThatIsFilledAgainAfterEachNote() {
    Optional<String> cannotMount = SmallDisk.whyImpossible();
    assumeTrue(cannotMount.isEmpty(), () -> cannotMount.orElse(""));
    Failure failure = new Failure("C", FailureClass.TRANSIENT, "m", "h");
    List<JobState> states =
        List.of(
            new JobState.Accepted(),
            new JobState.Fetching(SLOT),
            new JobState.Starting(SLOT, COPY),
            new JobState.Verifying(SLOT, COPY),
            new JobState.Failing(failure, SeedingStage.RESTORE),
            new JobState.Failed(failure, SeedingStage.RESTORE),
            new JobState.Removing("no room"));
    try (SmallDisk disk = SmallDisk.mount(directory.resolve("small"), 40)) {
      JobFiles files = new JobFiles(disk.path());
      assertThat(files.readAll().jobs()).isEmpty();
      for (int attempt = 1; attempt <= 2; attempt++) {
        for (JobState state : states) {
          disk.fillUpTo(0);
          Job job = job(attempt).with(state);
          files.write(job);
          assertThat(files.readAll().jobs()).containsExactly(job);
        }
        disk.empty();
        files.delete(job(attempt).id());
      }
    }
  }

  @Test
  void keepsTheFormerStateWhenAWriteIsCutOffAtAnyByte() throws IOException {
    JobFiles files = new JobFiles(directory);
    files.write(job(1));
    byte[] next = nextStateAsWritten();
    Path aside = files.folder(job(1).id()).resolve("job.json.new");
    for (int length = 0; length <= next.length; length++) {
      Files.write(aside, Arrays.copyOf(next, length));
      JobFiles.Found found = files.readAll();
      assertThat(found.jobs()).containsExactly(job(1));
      assertThat(found.unreadable()).isEmpty();
    }
  }

  private byte[] nextStateAsWritten() throws IOException {
    JobFiles elsewhere = new JobFiles(directory.resolve("elsewhere"));
    Job next = job(1).with(new JobState.Fetching(SLOT));
    elsewhere.write(next);
    return Files.readAllBytes(elsewhere.folder(next.id()).resolve("job.json"));
  }

  @Test
  void forgetsAJobWhoseVeryFirstWriteWasCutOff() throws IOException {
    JobFiles files = new JobFiles(directory);
    Path folder = files.folder(job(1).id());
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("job.json.new"), "{\"for");
    assertThat(files.readAll()).isEqualTo(new JobFiles.Found(List.of(), List.of()));
    assertThat(folder).doesNotExist();
  }

  @Test
  void leavesAFolderAloneWhoseFileCannotBeRead() throws IOException {
    JobFiles files = new JobFiles(directory);
    files.write(job(1));
    files.write(job(2));
    Path broken = files.folder(job(1).id()).resolve("job.json");
    byte[] whole = Files.readAllBytes(broken);
    for (int length = 0; length < whole.length; length++) {
      Files.write(broken, Arrays.copyOf(whole, length));
      JobFiles.Found found = files.readAll();
      assertThat(found.jobs()).containsExactly(job(2));
      assertThat(found.unreadable()).singleElement().asString().contains("s.1");
      assertThat(broken).exists();
    }
  }

  @Test
  void refusesAFileOfAnotherFormatOrAnotherJob() throws IOException {
    JobFiles files = new JobFiles(directory);
    files.write(job(1));
    Path file = files.folder(job(1).id()).resolve("job.json");
    String text = Files.readString(file);
    Files.writeString(file, text.replace("\"format\":1", "\"format\":2"));
    assertThat(files.readAll().unreadable()).singleElement().asString().contains("format 2");
    Files.writeString(file, text.replace("\"attempt\":1", "\"attempt\":9"));
    assertThat(files.readAll().unreadable()).singleElement().asString().contains("s.9");
  }

  @Test
  void deletesTheJobsFileLastAndMayBeRepeated() throws IOException {
    JobFiles files = new JobFiles(directory);
    files.write(job(1));
    Path journal = files.folder(job(1).id()).resolve("journal/deep/file");
    Files.createDirectories(journal.getParent());
    Files.writeString(journal, "x");
    files.delete(job(1).id());
    files.delete(job(1).id());
    assertThat(files.folder(job(1).id())).doesNotExist();
  }

  @Test
  void showsWhatAJobHoldsInTheHeartbeat() {
    Job kept = job(1).with(new JobState.Kept(SLOT, true));
    assertThat(kept.held("10.0.0.1").server()).isEqualTo(new ServerAddress("10.0.0.1", 3310));
    assertThat(job(1).held("10.0.0.1").server()).isNull();
  }

  private static Job job(int attempt) {
    return new Job(
        new JobId("s", attempt),
        new ShardName("commerce", "-80"),
        SeedingPurpose.REPLICA,
        new SeedingOrigin.Donor(new ServerAddress("127.0.0.1", 3306)),
        1_000,
        new JobState.Accepted());
  }
}
