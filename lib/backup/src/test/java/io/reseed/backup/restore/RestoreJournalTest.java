package io.reseed.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.TestBackups;
import io.reseed.backup.format.Sha256;
import io.reseed.fleet.BackupId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreJournalTest {
  private static final BackupId ID = TestBackups.id(1);
  private static final Sha256 MANIFEST = Sha256.of(new byte[] {1});

  @TempDir Path temp;

  @Test
  void whatWasRecordedIsThereWhenReopened() throws IOException {
    Path file = temp.resolve("journal");
    try (RestoreJournal journal = RestoreJournal.begin(file, ID, MANIFEST)) {
      journal.recordDone(set(0, 1, 2, 40, 42));
    }
    try (RestoreJournal journal = RestoreJournal.reopen(file, ID, MANIFEST)) {
      assertThat(journal.done()).isEqualTo(set(0, 1, 2, 40, 42));
      assertThat(journal.isFinished()).isFalse();
      journal.recordDone(set(3));
      journal.recordFinished();
    }
    try (RestoreJournal journal = RestoreJournal.reopen(file, ID, MANIFEST)) {
      assertThat(journal.done()).isEqualTo(set(0, 1, 2, 3, 40, 42));
      assertThat(journal.isFinished()).isTrue();
    }
  }

  @Test
  void aCrashAtAnyByteLosesOnlyTheLinesThatWereNotWhole() throws IOException {
    Path file = temp.resolve("journal");
    try (RestoreJournal journal = RestoreJournal.begin(file, ID, MANIFEST)) {
      journal.recordDone(set(0, 1));
      journal.recordDone(set(7));
    }
    byte[] whole = Files.readAllBytes(file);
    int first = lineEnd(whole, 0);
    int second = lineEnd(whole, first);
    for (int length = 0; length <= whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThat(RestoreJournal.isBegun(file)).isEqualTo(length >= first);
      if (length >= first) {
        BitSet expected =
            length == whole.length ? set(0, 1, 7) : length >= second ? set(0, 1) : set();
        try (RestoreJournal journal = RestoreJournal.reopen(file, ID, MANIFEST)) {
          assertThat(journal.done()).as("cut at %d", length).isEqualTo(expected);
          journal.recordDone(set(99));
        }
        try (RestoreJournal journal = RestoreJournal.reopen(file, ID, MANIFEST)) {
          assertThat(journal.done().get(99)).isTrue();
        }
      }
    }
  }

  @Test
  void aDamagedLineEndsWhatIsBelieved() throws IOException {
    Path file = temp.resolve("journal");
    try (RestoreJournal journal = RestoreJournal.begin(file, ID, MANIFEST)) {
      journal.recordDone(set(0, 1));
      journal.recordDone(set(7));
    }
    byte[] bytes = Files.readAllBytes(file);
    bytes[lineEnd(bytes, 0) + 6] ^= 1;
    Files.write(file, bytes);

    try (RestoreJournal journal = RestoreJournal.reopen(file, ID, MANIFEST)) {
      assertThat(journal.done().isEmpty()).isTrue();
    }
  }

  @Test
  void theJournalOfAnotherBackupOrManifestIsRefused() throws IOException {
    Path file = temp.resolve("journal");
    RestoreJournal.begin(file, ID, MANIFEST).close();

    assertThatThrownBy(() -> RestoreJournal.reopen(file, TestBackups.id(2), MANIFEST))
        .hasMessageContaining("is not that of");
    assertThatThrownBy(() -> RestoreJournal.reopen(file, ID, Sha256.of(new byte[] {2})))
        .hasMessageContaining("is not that of");
  }

  private static int lineEnd(byte[] bytes, int from) {
    int end = from;
    while (bytes[end] != '\n') {
      end++;
    }
    return end + 1;
  }

  private static BitSet set(int... numbers) {
    BitSet set = new BitSet();
    Arrays.stream(numbers).forEach(set::set);
    return set;
  }
}
