package io.reseed.backup.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.TestBackups;
import io.reseed.backup.catalogue.ListedBefore.Tags;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.ShardName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ListedBeforeTest {
  private static final Tags TAGS = new Tags("manifest", Optional.of("verdict"));

  private final ListedBefore before = new ListedBefore(5);

  @Test
  void theShardsThatWereNotListedForTheLongestTimeAreForgottenFirst() {
    keep("a", 2);
    keep("b", 2);
    assertThat(knows("a")).isTrue();
    keep("c", 2);
    assertThat(knows("b")).isFalse();
    assertThat(knows("a")).isTrue();
    keep("a", 3);
    assertThat(knows("c")).isTrue();
    keep("d", 6);
    assertThat(List.of(knows("a"), knows("c"), knows("d"))).containsOnly(false);
    keep("e", 5);
    assertThat(knows("e")).isTrue();
  }

  @Test
  void otherTagsAreAnotherBackup() {
    keep("a", 1);
    assertThat(find("a", new Tags("manifest", Optional.empty()))).isEmpty();
    assertThat(find("a", new Tags("another", TAGS.verdict()))).isEmpty();
    assertThat(find("b", TAGS)).isEmpty();
  }

  private boolean knows(String shard) {
    return find(shard, TAGS).isPresent();
  }

  private Optional<ListedBackup.Usable> find(String shard, Tags tags) {
    return before.find(new ShardName("commerce", shard), TestBackups.id(0), tags);
  }

  private void keep(String shard, int backups) {
    Map<BackupId, Tags> tags = new HashMap<>();
    List<ListedBackup> found =
        IntStream.range(0, backups)
            .<ListedBackup>mapToObj(
                i ->
                    new ListedBackup.Usable(
                        TestBackups.header(TestBackups.id(i)), 1, 1, Optional.empty()))
            .toList();
    found.forEach(backup -> tags.put(backup.id(), TAGS));
    before.keep(new ShardName("commerce", shard), tags, found);
  }
}
