package io.reseed.backup.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ShardName;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  @Test
  void idsSortByTimeAndKeepIt() {
    Instant early = Instant.parse("2026-11-21T02:15:00Z");
    BackupId first = BackupId.create(early, new Random(9));
    BackupId second = BackupId.create(early.plusSeconds(1), new Random(1));

    assertThat(first).isLessThan(second);
    assertThat(first.createdAt()).isEqualTo(early);
    assertThat(first.text()).startsWith("20261121T021500Z-").hasSize(25);
    assertThat(new BackupId(first.text())).isEqualTo(first);
  }

  @Test
  void idsOfOneSecondDiffer() {
    Random random = new Random(4);

    assertThat(Stream.generate(() -> BackupId.create(Instant.EPOCH, random)).limit(1_000))
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "..",
        "20261121T021500Z",
        "20261121T021500Z-k3v9q0a",
        "20261121T021500Z-k3v9q0ax/",
        "20261121T021500Z-K3V9Q0AX",
        "20261321T021500Z-k3v9q0ax",
        "20261121T021500Z-k3v9q0ai"
      })
  void whatIsNoIdIsRefused(String text) {
    assertThat(BackupId.isValid(text)).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> new BackupId(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "/b", "a/", "../b", "a/..", "a/b/c", "a b/c", "a/\u0000"})
  void aShardNameThatCouldLeaveItsFolderIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ShardName.parse(text));
  }

  @Test
  void keysOfAShardReadBack() {
    RepositoryLayout layout = new RepositoryLayout(ShardName.parse("commerce/-80"));
    BackupId id = BackupId.create(Instant.EPOCH, new Random(1));

    assertThat(layout.manifestOf(layout.manifestKey(id))).hasValue(id);
    assertThat(layout.manifestOf(layout.verdictKey(id))).isEmpty();
    assertThat(layout.manifestOf(layout.backupsPrefix() + "x/manifest")).isEmpty();
    String pack = RepositoryLayout.packName(id, "00000000", 7);
    assertThat(RepositoryLayout.isPackName(pack)).isTrue();
    assertThat(layout.packKey(pack)).isEqualTo("commerce/-80/" + pack);
    String millionth = RepositoryLayout.packName(id, "00000000", 1_000_000);
    assertThat(RepositoryLayout.isPackName(millionth)).isTrue();
    assertThat(RepositoryLayout.numberOf(millionth)).isEqualTo(1_000_000);
    assertThatIllegalArgumentException().isThrownBy(() -> layout.packKey("packs/../x"));
  }

  @Test
  void aPathIsResolvedBelowItsFolder() {
    assertThat(new RootedPath("data", "shop/t.ibd").below(Path.of("/srv/data")))
        .isEqualTo(Path.of("/srv/data/shop/t.ibd"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "8", "8.4", "x.y.z", "8.4.0 ; rm", "8.4.0-a/b", "99999.1.1"})
  void whatIsNoVersionIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> MysqlVersion.parse(text));
  }

  @Test
  void versionsCompareByNumberAndDropTheirSuffix() {
    assertThat(MysqlVersion.parse("8.4.10")).isGreaterThan(MysqlVersion.parse("8.4.9"));
    assertThat(MysqlVersion.parse("9.7.4-commercial")).hasToString("9.7.4");
  }

  @Test
  void theFormatDocumentsSettingsAreAllowedAndOthersAreNot() {
    assertThat(StartSettings.isAllowed("innodb_data_file_path", "ibdata1:12M:autoextend")).isTrue();
    assertThat(StartSettings.isAllowed("innodb_data_file_path", "ibdata1:12M;ibdata2:10M"))
        .isTrue();
    assertThat(
            StartSettings.isAllowed(
                "innodb_data_file_path", "a:12M;system-2/b.x:10M:autoextend:max:1G"))
        .isTrue();
    assertThat(StartSettings.isAllowed("innodb_data_file_path", "system-2/../b:10M")).isFalse();
    assertThat(StartSettings.isAllowed("innodb_data_file_path", "/dev/sda:10Graw")).isFalse();
    assertThat(StartSettings.isAllowed("reseed_keyring", "component_keyring_file")).isTrue();
    assertThat(StartSettings.isAllowed("reseed_keyring", "../evil")).isFalse();
    assertThat(StartSettings.isAllowed("innodb_data_file_path", "../x:12M")).isFalse();
    assertThat(StartSettings.isAllowed("innodb_data_file_path", "/x:12M")).isFalse();
    assertThat(StartSettings.isAllowed("innodb_page_size", "16385")).isFalse();
    assertThat(StartSettings.isAllowed("init_file", "x")).isFalse();
  }

  @Test
  void aVerdictIsReadAsItWasWrittenAndNotWhenAnyByteIsFlipped() {
    ShardName shard = ShardName.parse("commerce/-80");
    BackupId id = BackupId.create(Instant.EPOCH, new Random(1));
    Verdict verdict =
        new Verdict(
            Verdict.Outcome.UNHEALTHY, Instant.EPOCH, "table t differs", Map.of("tables", "12"));
    byte[] object = VerdictCodec.encode(shard, id, verdict);

    assertThat(VerdictCodec.decode(object, shard, id)).isEqualTo(verdict);
    for (int at = 0; at < object.length; at++) {
      byte[] flipped = object.clone();
      flipped[at] ^= 1;
      assertThatThrownBy(() -> VerdictCodec.decode(flipped, shard, id))
          .as("byte %d", at)
          .isInstanceOf(FailureException.class);
    }
    BackupId other = BackupId.create(Instant.EPOCH, new Random(2));
    assertThatThrownBy(() -> VerdictCodec.decode(object, shard, other))
        .hasMessageContaining("another backup's key");
  }
}
