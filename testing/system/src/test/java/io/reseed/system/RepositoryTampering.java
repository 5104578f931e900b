package io.reseed.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.reseed.backup.catalogue.ListedBackup;
import io.reseed.backup.format.BackupId;
import io.reseed.backup.format.PackEntry;
import io.reseed.backup.format.Sha256;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.UnaryOperator;

/** Damages a shard's backups in the store, as bad disks, bugs and people would. */
final class RepositoryTampering {
  private static final int ZSTD_LEVEL = 3;

  private final ShardRepository repository;

  RepositoryTampering(ShardRepository repository) {
    this.repository = repository;
  }

  /** One bit in the middle of the backup's largest pack. */
  void flipBitInPack(BackupId backup) {
    flipBit(packKey(backup));
  }

  void deletePack(BackupId backup) {
    repository.store().delete(packKey(backup));
  }

  /** Cuts the last tenth off. */
  void truncatePack(BackupId backup) {
    String key = packKey(backup);
    byte[] pack = repository.bytes(key);
    repository.replace(key, Arrays.copyOf(pack, pack.length - pack.length / 10));
  }

  /** A whole, undamaged pack, but another backup's. */
  void putPackOfAnother(BackupId backup) {
    BackupId other =
        repository.list().stream()
            .filter(ListedBackup.Usable.class::isInstance)
            .map(ListedBackup::id)
            .filter(id -> !id.equals(backup))
            .findFirst()
            .orElseThrow();
    repository.replace(packKey(backup), repository.bytes(packKey(other)));
  }

  void deleteManifest(BackupId backup) {
    repository.store().delete(manifestKey(backup));
  }

  void flipBitInManifest(BackupId backup) {
    flipBit(manifestKey(backup));
  }

  /** Says in its first line that it is of another format version. */
  void setFormatVersion(BackupId backup, int version) {
    byte[] object = repository.bytes(manifestKey(backup));
    int end = endOfLine(object);
    String line = new String(object, 0, end, US_ASCII);
    assertThat(line).startsWith("reseed manifest 1 ");
    String changed = line.replace("reseed manifest 1 ", "reseed manifest " + version + " ");
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
    String line =
        "reseed manifest 1 zstd %d %s\n".formatted(changed.getBytes(UTF_8).length, Sha256.of(body));
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

  private void flipBit(String key) {
    byte[] object = repository.bytes(key);
    object[object.length / 2] ^= 1;
    repository.replace(key, object);
  }

  private String manifestKey(BackupId backup) {
    return repository.layout().manifestKey(backup);
  }

  private String packKey(BackupId backup) {
    PackEntry largest =
        repository.manifest(backup).packs().stream()
            .max(Comparator.comparingLong(PackEntry::sizeBytes))
            .orElseThrow();
    return repository.layout().packKey(largest.name());
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
