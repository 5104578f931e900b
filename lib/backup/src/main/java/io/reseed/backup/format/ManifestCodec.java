package io.reseed.backup.format;

import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ShardName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A manifest as the bytes of its object, and back. */
public final class ManifestCodec {
  /** A manifest's object is never longer than this. */
  public static final int OBJECT_BYTES_MAX = 1 << 29;

  private ManifestCodec() {}

  /** The object's bytes. The same manifest always gives the same bytes. */
  public static byte[] encode(Manifest manifest) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try {
      ManifestJsonWriter.write(manifest, body);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    int version = manifest.needsVersion2() ? 2 : 1;
    byte[] object = Envelope.MANIFEST.seal(version, body.toByteArray());
    if (body.size() > Envelope.MANIFEST.rawBytesMax() || object.length > OBJECT_BYTES_MAX) {
      throw new FailureException(
          FailureCode.INTERNAL,
          "the manifest of " + manifest.header().id() + " would be larger than any reader takes",
          "Use longer extents.");
    }
    return object;
  }

  /**
   * Reads an object's bytes and checks them against every rule of the format.
   *
   * @param expectedShard the shard in the object's key
   * @param expectedId the id in the object's key
   * @throws FailureException {@code FORMAT_VERSION_UNKNOWN}, {@code KEY_UNKNOWN}, {@code
   *     MANIFEST_CORRUPT} or {@code MANIFEST_UNSAFE}
   */
  public static Manifest decode(byte[] object, ShardName expectedShard, BackupId expectedId) {
    byte[] body = Envelope.MANIFEST.open(object);
    int version = Envelope.MANIFEST.version(object);
    try (ManifestJsonReader reader = new ManifestJsonReader(version, body)) {
      Manifest manifest = reader.read();
      ManifestHeader header = manifest.header();
      if (!header.id().equals(expectedId) || !header.shard().equals(expectedShard)) {
        throw Envelope.MANIFEST.damaged(
            "is that of " + header.shard() + " " + header.id() + " under another's key");
      }
      return manifest;
    } catch (UnsafeContentException e) {
      throw new FailureException(
          FailureCode.MANIFEST_UNSAFE,
          "the manifest of " + expectedId + " is refused: " + e.getMessage(),
          "Do not restore this backup; find out who wrote into the store.",
          e);
    } catch (IllegalArgumentException | ArithmeticException | IOException e) {
      throw Envelope.MANIFEST.damaged("is not what the format says: " + e.getMessage(), e);
    }
  }
}
