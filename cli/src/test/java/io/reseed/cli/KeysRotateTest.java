package io.reseed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.encryption.LocalMasterKeys;
import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.store.FolderStore;
import io.reseed.backup.store.ObjectStore;
import io.reseed.cli.invocation.CliException;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.ShardName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups of two shards in a folder: two encrypted with an old key, one plain. */
public class KeysRotateTest {
  private static final ShardName FIRST = new ShardName("commerce", "-80");
  private static final ShardName SECOND = new ShardName("commerce", "80-");
  private static final BackupId ENCRYPTED = new BackupId("20261121T021500Z-k3v9q0ax");
  private static final BackupId PLAIN = new BackupId("20261122T021500Z-k3v9q0ax");
  private static final BackupId OTHER = new BackupId("20261123T021500Z-k3v9q0ax");
  private static final String OLD = key("old", 1);
  private static final String NEW = key("new", 2);

  @TempDir private Path temp;

  private Cli cli;

  @BeforeEach
  void writeBackups() throws IOException {
    Files.createDirectories(temp.resolve("stores/backups"));
    MasterKeys old = LocalMasterKeys.parse(OLD);
    try (ObjectStore store = FolderStore.open(temp.resolve("stores/backups"), "")) {
      new StoredBackup(FIRST, ENCRYPTED).write(store, old, temp.resolve("1"));
      new StoredBackup(FIRST, PLAIN).write(store, MasterKeys.NONE, temp.resolve("2"));
      new StoredBackup(SECOND, OTHER).write(store, old, temp.resolve("3"));
    }
    cli =
        new Cli(temp)
            .with("RESEED_STORE_ENDPOINT", temp.resolve("stores").toUri().toString())
            .with("RESEED_STORE_BUCKET", "backups");
  }

  @Test
  void afterwardsTheOldKeyIsNeededNoMore() {
    assertThat(verifiedWith(NEW).out()).contains("KEY_UNKNOWN");

    Cli.Result rotated =
        cli.with("RESEED_STORE_MASTER_KEYS", NEW + "\n" + OLD).run("keys", "rotate");

    assertThat(rotated.err()).isEmpty();
    assertThat(rotated.exitCode()).isZero();
    assertThat(rotated.out())
        .contains(
            "wrapped anew: the keys of " + ENCRYPTED + " of commerce/-80",
            "wrapped anew: the keys of " + OTHER + " of commerce/80-",
            "not encrypted: " + PLAIN + " of commerce/-80",
            "done: 2 wrapped anew, 1 not encrypted, 0 failed");
    assertThat(verifiedWith(NEW).exitCode()).isZero();
    assertThat(verifiedWith(OLD).out()).contains("KEY_UNKNOWN");
    Cli.Result again = cli.with("RESEED_STORE_MASTER_KEYS", NEW).run("keys", "rotate");
    assertThat(again.exitCode()).isZero();
  }

  @Test
  void oneShardOnlyIsRotatedWhereOneIsNamed() {
    Cli.Result rotated =
        cli.with("RESEED_STORE_MASTER_KEYS", NEW + "\n" + OLD)
            .run("keys", "rotate", "--shard", "commerce/80-");

    assertThat(rotated.out()).contains("done: 1 wrapped anew, 0 not encrypted, 0 failed");
    assertThat(verifiedWith(NEW).out()).contains(ENCRYPTED + " of commerce/-80 CANNOT BE READ");
  }

  @Test
  void aBackupThatNoKeyOpensHidesNoOther() {
    String lost = key("old", 9);
    cli.with("RESEED_STORE_MASTER_KEYS", NEW + "\n" + OLD)
        .run("keys", "rotate", "--shard", "commerce/-80");

    Cli.Result rotated =
        cli.with("RESEED_STORE_MASTER_KEYS", NEW + "\n" + lost).run("keys", "rotate");

    assertThat(rotated.exitCode()).isEqualTo(CliException.FAILED);
    assertThat(rotated.out())
        .contains(
            "wrapped anew: the keys of " + ENCRYPTED,
            "!! " + OTHER + " of commerce/80- LEFT AS IT WAS: KEY_WRONG",
            "NOT DONE: 1 wrapped anew, 1 not encrypted, 1 failed");
  }

  @Test
  void aMistypedShardOrPrefixIsNotTakenForDone() {
    cli.with("RESEED_STORE_MASTER_KEYS", NEW + "\n" + OLD);

    Cli.Result shard =
        cli.run("keys", "rotate", "--shard", "commerce/8O-", "--shard", "commerce/80-");
    Cli.Result prefix = cli.with("RESEED_STORE_PREFIX", "prodution").run("keys", "rotate");

    assertThat(shard.exitCode()).isEqualTo(CliException.FAILED);
    assertThat(shard.out())
        .contains("!! commerce/8O- HAS NO BACKUP", "NOT DONE: 1 wrapped anew", "1 failed");
    assertThat(prefix.exitCode()).isEqualTo(CliException.FAILED);
    assertThat(prefix.err()).contains("the store holds no backups", "hint:");
  }

  @Test
  void withoutAKeyItIsWrongUsage() {
    Cli.Result none = cli.run("keys", "rotate");
    Cli.Result nothing = cli.run("keys");

    assertThat(none.exitCode()).isEqualTo(CliException.USAGE);
    assertThat(none.err()).contains("no master key is configured", "RESEED_STORE_MASTER_KEYS");
    assertThat(nothing.exitCode()).isEqualTo(CliException.USAGE);
    assertThat(nothing.err()).contains("rotate");
  }

  private Cli.Result verifiedWith(String keys) {
    return cli.with("RESEED_STORE_MASTER_KEYS", keys).run("backup", "verify", "--share", "1/1");
  }

  private static String key(String name, int filling) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) filling);
    return name + " " + Base64.getEncoder().encodeToString(bytes);
  }
}
