package io.reseed.backup.format;

import io.reseed.fleet.BackupId;
import io.reseed.fleet.ShardName;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The keys of one shard's objects. The only place that puts a key together. */
public record RepositoryLayout(ShardName shard) {
  private static final Pattern PACK =
      Pattern.compile("packs/\\d{8}T\\d{6}Z-[0-9a-z]{8}-[0-9a-z]{8}-\\d{6,9}");
  private static final Pattern KEY_ID = Pattern.compile("\\d{8}T\\d{6}Z-[0-9a-z]{8}-[0-9a-z]{8}");
  private static final String MANIFEST = "/manifest";
  private static final String VERDICT = "/verdict";

  /** Below which all objects of the shard lie. */
  public String shardPrefix() {
    return shard.cluster() + "/" + shard.shard() + "/";
  }

  /** Below which manifests and verdicts lie. */
  public String backupsPrefix() {
    return shardPrefix() + "backups/";
  }

  /** Below which packs lie. */
  public String packsPrefix() {
    return shardPrefix() + "packs/";
  }

  /** The object whose being there makes the backup exist. */
  public String manifestKey(BackupId id) {
    return backupsPrefix() + id + MANIFEST;
  }

  /** The object that says what is known about the backup. */
  public String verdictKey(BackupId id) {
    return backupsPrefix() + id + VERDICT;
  }

  /** The object with the wrapped keys that a backup's packs need. */
  public String keysKey(String keyId) {
    if (!isKeyId(keyId)) {
      throw new IllegalArgumentException("not a data key's id: " + keyId);
    }
    int nonce = keyId.lastIndexOf('-');
    return backupsPrefix() + keyId.substring(0, nonce) + "/keys" + keyId.substring(nonce);
  }

  /** The id of the data key that a run of a writer has. */
  public static String keyId(BackupId id, String writerNonce) {
    return id + "-" + writerNonce;
  }

  /** Whether a manifest may name this as its key. */
  public static boolean isKeyId(String text) {
    return KEY_ID.matcher(text).matches();
  }

  /** The run of a writer that made a pack: the id of its data key, if it has one. */
  public static String writerOf(String packName) {
    return packName.substring(packName.indexOf('/') + 1, packName.lastIndexOf('-'));
  }

  /** Which one of its writer's packs it is. */
  public static int numberOf(String packName) {
    return Integer.parseInt(packName.substring(packName.lastIndexOf('-') + 1));
  }

  /** A pack's name, relative to the shard, as a manifest holds it. */
  public static String packName(BackupId id, String writerNonce, int number) {
    return String.format(Locale.ROOT, "packs/%s-%s-%06d", id, writerNonce, number);
  }

  /** The backup that a pack was written for. */
  public static BackupId backupOf(String packName) {
    String writer = writerOf(packName);
    return new BackupId(writer.substring(0, writer.lastIndexOf('-')));
  }

  /** Whether a pack of that name was written for that backup. */
  public static boolean isWrittenBy(String packName, BackupId id) {
    return packName.startsWith("packs/" + id + "-");
  }

  /** Whether a manifest may name this pack. */
  public static boolean isPackName(String name) {
    return PACK.matcher(name).matches();
  }

  /** The key of a pack named in a manifest of this shard. */
  public String packKey(String packName) {
    if (!isPackName(packName)) {
      throw new IllegalArgumentException("not a pack's name: " + packName);
    }
    return shardPrefix() + packName;
  }

  /** The backup whose manifest lies under {@code key}, if it is a manifest's key. */
  public Optional<BackupId> manifestOf(String key) {
    return backupOf(key, MANIFEST);
  }

  /** The backup whose verdict lies under {@code key}, if it is a verdict's key. */
  public Optional<BackupId> verdictOf(String key) {
    return backupOf(key, VERDICT);
  }

  private Optional<BackupId> backupOf(String key, String object) {
    String prefix = backupsPrefix();
    if (!key.startsWith(prefix) || !key.endsWith(object)) {
      return Optional.empty();
    }
    String id =
        key.substring(prefix.length(), Math.max(prefix.length(), key.length() - object.length()));
    return BackupId.isValid(id) ? Optional.of(new BackupId(id)) : Optional.empty();
  }
}
