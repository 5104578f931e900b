package io.reseed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.reseed.backup.encryption.LocalMasterKeys;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.store.FolderStore;
import io.reseed.backup.store.ObjectStore;
import io.reseed.cli.invocation.CliException;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.ShardName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup in a folder, encrypted; its table's file holds no pages, but no tablespace either. */
public class OfflineVerifyTest {
  private static final ShardName SHARD = new ShardName("commerce", "-80");
  private static final BackupId ID = new BackupId("20261121T021500Z-k3v9q0ax");
  private static final String KEYS = "main " + Base64.getEncoder().encodeToString(new byte[32]);

  @TempDir private Path temp;

  private Manifest manifest;
  private Cli cli;

  @BeforeEach
  void writeABackup() throws IOException {
    Files.createDirectories(temp.resolve("stores/backups"));
    try (ObjectStore store = FolderStore.open(temp.resolve("stores/backups"), "production/")) {
      manifest =
          new StoredBackup(SHARD, ID)
              .write(store, LocalMasterKeys.parse(KEYS), temp.resolve("source"));
    }
    cli =
        new Cli(temp)
            .with("RESEED_STORE_ENDPOINT", temp.resolve("stores").toUri().toString())
            .with("RESEED_STORE_BUCKET", "backups")
            .with("RESEED_STORE_PREFIX", "production")
            .with("RESEED_STORE_MASTER_KEYS", KEYS);
  }

  @Test
  void aSoundBackupEndsWithZero() throws IOException {
    Cli.Result text =
        cli.run("backup", "verify", ID.toString(), "--shard", "commerce/-80", "--offline");

    assertThat(text.err()).isEmpty();
    assertThat(text.exitCode()).isZero();
    assertThat(text.out()).startsWith("sound: looked at 1 backups, 1 packs, 1 parts");
    Cli.Result share = cli.run("backup", "verify", "--share", "1/1", "-o", "json");
    assertThat(share.exitCode()).isZero();
    JsonNode found = new JsonMapper().readTree(share.out());
    assertThat(found.get("sound").asBoolean()).isTrue();
    assertThat(found.get("parts").asLong()).isEqualTo(1);
    assertThat(found.get("badPacks")).isEmpty();
  }

  @Test
  void aDamagedOneEndsWithOneAndIsToldInFull() throws IOException {
    Path pack =
        temp.resolve("stores/backups/production/commerce/-80")
            .resolve(manifest.packs().getFirst().name());
    byte[] bytes = Files.readAllBytes(pack);
    bytes[3] ^= 1;
    Files.write(pack, bytes);

    Cli.Result text =
        cli.run("backup", "verify", ID.toString(), "--shard", "commerce/-80", "--offline");

    assertThat(text.exitCode()).isEqualTo(CliException.FAILED);
    assertThat(text.out())
        .contains("!! pack commerce/-80/" + manifest.packs().getFirst().name() + " HAS 1 BAD PARTS")
        .contains("DAMAGED", "backup " + ID + " needs it for")
        .contains("data:shop/orders_1.sdi, table shop.orders")
        .contains("BAD: looked at");
    Cli.Result json = cli.run("backup", "verify", "--share", "1/1", "-o", "json");
    assertThat(json.exitCode()).isEqualTo(CliException.FAILED);
    JsonNode bad = new JsonMapper().readTree(json.out()).get("badPacks").get(0);
    assertThat(bad.get("faults").get(0).get("kind").asText()).isEqualTo("DAMAGED");
    JsonNode touched = bad.get("touched").get(0);
    assertThat(touched.get("backup").asText()).isEqualTo(ID.toString());
    assertThat(touched.get("files").get(0).get("table").asText()).isEqualTo("shop.orders");
  }

  @Test
  void aServicesConfigurationSaysWhereAndAVariableWins() throws IOException {
    Path keys = Files.writeString(temp.resolve("keys"), KEYS);
    Path limits = Files.writeString(temp.resolve("limits"), "read-megabytes-per-second-max=100");
    Path config =
        Files.writeString(
            temp.resolve("validator.properties"),
            """
            reseed.validator.something=else
            reseed.store.endpoint=%s
            reseed.store.bucket=backups
            reseed.store.prefix=staging
            reseed.store.master-keys-file=%s
            reseed.store.bandwidth-file=%s
            """
                .formatted(temp.resolve("stores").toUri(), keys, limits));
    String[] command = {"backup", "verify", "--share", "1/1", "--store-config", config.toString()};

    Cli.Result empty = new Cli(temp).run(command);
    Cli.Result full = new Cli(temp).with("RESEED_STORE_PREFIX", "production").run(command);

    assertThat(empty.exitCode()).isEqualTo(CliException.FAILED);
    assertThat(empty.err()).contains("holds no backups", "prefix");
    assertThat(full.out()).startsWith("sound: looked at 1 backups");
  }

  @Test
  void aBackupWithoutItsKeyIsUnreadable() {
    Cli.Result result =
        cli.with("RESEED_STORE_MASTER_KEYS", "").run("backup", "verify", "--share", "1/1");

    assertThat(result.exitCode()).isEqualTo(CliException.FAILED);
    assertThat(result.out()).contains("CANNOT BE READ: KEY_UNKNOWN");
  }

  @Test
  void whatCannotBeMeantIsWrongUsage() {
    assertUsage(cli.run("backup", "verify", "--offline"), "--share");
    assertUsage(cli.run("backup", "verify", ID.toString(), "--offline"), "--shard");
    assertUsage(cli.run("backup", "verify", "--share", "5/3"), "share must be");
    assertUsage(cli.run("backup", "verify"), "<backup>");
    assertUsage(cli.run("backup", "verify", "b-1", "--shard", "a/b", "--offline"), "backup id");
    assertUsage(cli.run("backup", "verify", "--share", "1/2", "--wait"), "--wait says how");
    assertUsage(
        cli.run("backup", "verify", ID.toString(), "--offline", "--publisher", "me"),
        "--publisher says how");
    assertUsage(
        cli.run("backup", "verify", ID.toString(), "--shard", "commerce/-80", "-o", "json"),
        "-o needs --offline");
    assertUsage(
        new Cli(temp).run("backup", "verify", "--share", "1/2"), "not said where backups lie");
    assertUsage(
        cli.with("RESEED_STORE_BANDWIDTH_FILE", temp.resolve("none").toString())
            .run("backup", "verify", "--share", "1/2"),
        "bandwidth file");
    assertUsage(
        cli.with("RESEED_STORE_ACCESS_KEY", "a").run("backup", "verify", "--share", "1/2"),
        "belong together");
  }

  @Test
  void aBackupThatIsNotThereFails() {
    Cli.Result result =
        cli.run(
            "backup",
            "verify",
            "20200101T000000Z-k3v9q0ax",
            "--shard",
            "commerce/-80",
            "--offline");

    assertThat(result.exitCode()).isEqualTo(CliException.FAILED);
    assertThat(result.err()).contains("BACKUP_MISSING", "hint:");
  }

  private static void assertUsage(Cli.Result result, String words) {
    assertThat(result.exitCode()).isEqualTo(CliException.USAGE);
    assertThat(result.err()).contains(words);
  }
}
