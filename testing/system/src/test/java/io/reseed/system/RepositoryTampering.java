package io.reseed.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.reseed.backup.catalogue.ListedBackup;
import io.reseed.backup.format.Sha256;
import io.reseed.fleet.BackupId;
import io.reseed.installation.OwnBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Damages a shard's backups in the store, as bad disks, bugs and people would. */
final class RepositoryTampering {
  private static final int ZSTD_LEVEL = 3;
  private static final Pattern MANIFEST_VERSION = Pattern.compile("reseed manifest \\d+");

  private final ShardRepository repository;

  RepositoryTampering(ShardRepository repository) {
    this.repository = repository;
  }

  /** One bit of what only this backup needs. */
  void flipBitInPack(BackupId backup) {
    OwnBytes own = own(backup);
    flipBit(key(own), Math.toIntExact(own.place().packOffset()) + own.place().storedBytes() / 2);
  }

  void deletePack(BackupId backup) {
    repository.store().delete(key(own(backup)));
  }

  /** Cuts a pack off within something that is needed of it. */
  void truncatePack(BackupId backup) {
    OwnBytes own = own(backup);
    byte[] pack = repository.bytes(key(own));
    int kept = Math.toIntExact(own.place().packOffset()) + own.place().storedBytes() / 2;
    repository.replace(key(own), Arrays.copyOf(pack, kept));
  }

  /** A whole, undamaged pack, but the newest other backup's: older ones may be struck already. */
  void putPackOfAnother(BackupId backup) {
    BackupId other =
        repository.list().stream()
            .filter(ListedBackup.Usable.class::isInstance)
            .map(ListedBackup::id)
            .filter(id -> !id.equals(backup))
            .reduce((_, newer) -> newer)
            .orElseThrow();
    repository.replace(key(own(backup)), repository.bytes(key(own(other))));
  }

  void deleteManifest(BackupId backup) {
    repository.store().delete(manifestKey(backup));
  }

  void flipBitInManifest(BackupId backup) {
    String key = manifestKey(backup);
    flipBit(key, repository.bytes(key).length / 2);
  }

  /** Says in its first line that it is of another format version. */
  void setFormatVersion(BackupId backup, int version) {
    byte[] object = repository.bytes(manifestKey(backup));
    int end = endOfLine(object);
    String line = new String(object, 0, end, US_ASCII);
    String changed = MANIFEST_VERSION.matcher(line).replaceFirst("reseed manifest " + version);
    assertThat(changed).as("the manifest's first line").isNotEqualTo(line);
    repository.replace(
        manifestKey(backup), joined(changed, Arrays.copyOfRange(object, end, object.length)));
  }

  /** The manifest of a server of another version, whole in itself. */
  void setMysqlVersion(BackupId backup, String version) {
    rewriteManifest(
        backup,
        json ->
            json.replaceFirst(
                "\"mysqlVersion\":\"[^\"]*\"", "\"mysqlVersion\":\"" + version + "\""));
  }

  /** A manifest, whole in itself, that would write one file outside of its root. */
  void setPath(BackupId backup, String from, String to) {
    rewriteManifest(backup, json -> json.replace('"' + from + '"', '"' + to + '"'));
  }

  /** Writes a manifest's JSON anew, with the envelope that fits, past the codec's own rules. */
  private void rewriteManifest(BackupId backup, UnaryOperator<String> change) {
    byte[] object = repository.bytes(manifestKey(backup));
    int end = endOfLine(object);
    byte[] stored = Arrays.copyOfRange(object, end + 1, object.length);
    String json = new String(Zstd.decompress(stored, rawLength(object, end)), UTF_8);
    String changed = change.apply(json);
    assertThat(changed).as("the changed manifest").isNotEqualTo(json);
    byte[] body = Zstd.compress(changed.getBytes(UTF_8), ZSTD_LEVEL);
    Matcher version = MANIFEST_VERSION.matcher(new String(object, 0, end, US_ASCII));
    assertThat(version.lookingAt()).as("a manifest's first line").isTrue();
    String line =
        "%s zstd %d %s\n"
            .formatted(version.group(), changed.getBytes(UTF_8).length, Sha256.of(body));
    repository.replace(manifestKey(backup), joined(line, body));
  }

  private static int rawLength(byte[] object, int end) {
    return Integer.parseInt(new String(object, 0, end, US_ASCII).split(" ", -1)[4]);
  }

  byte[] manifest(BackupId backup) {
    return repository.bytes(manifestKey(backup));
  }

  /** Puts back what {@link #manifest} gave. */
  void putManifest(BackupId backup, byte[] object) {
    repository.replace(manifestKey(backup), object);
  }

  private void flipBit(String key, int offset) {
    byte[] object = repository.bytes(key);
    object[offset] ^= 1;
    repository.replace(key, object);
  }

  private String manifestKey(BackupId backup) {
    return repository.layout().manifestKey(backup);
  }

  private OwnBytes own(BackupId backup) {
    return OwnBytes.largest(repository.manifest(backup));
  }

  private String key(OwnBytes own) {
    return repository.layout().packKey(own.pack().name());
  }

  private static int endOfLine(byte[] object) {
    for (int i = 0; i < object.length; i++) {
      if (object[i] == '\n') {
        return i;
      }
    }
    throw new IllegalStateException("the manifest has no first line");
  }

  private static byte[] joined(String line, byte[] rest) {
    byte[] first = line.getBytes(US_ASCII);
    return ByteBuffer.allocate(first.length + rest.length).put(first).put(rest).array();
  }
}
