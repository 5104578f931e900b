package io.reseed.backup.format;

import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ShardName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** A manifest as the bytes of its object, and back. */
public final class ManifestCodec {
  /** A manifest's object is never longer than this. */
  public static final int OBJECT_BYTES_MAX = 1 << 29;

  /** What many threads unpack at once would take as many shares of the heap. */
  private static final Lock ONE_AT_A_TIME = new ReentrantLock();

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
   *     MANIFEST_CORRUPT}, {@code MANIFEST_UNSAFE}, or {@code HEAP_TOO_SMALL} for one that this
   *     process has not the memory to read
   */
  public static Manifest decode(byte[] object, ShardName expectedShard, BackupId expectedId) {
    ONE_AT_A_TIME.lock();
    try {
      return decode(object, new Expected(expectedShard, expectedId), HeapShare.OF_THIS_PROCESS);
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }

  /** What the object's key says that it is. */
  record Expected(ShardName shard, BackupId id) {}

  static Manifest decode(byte[] object, Expected expected, HeapShare share) {
    String what = "the manifest of " + expected.shard() + " " + expected.id();
    byte[] body = Envelope.MANIFEST.open(object, what, share);
    int version = Envelope.MANIFEST.version(object);
    try (StrictJsonReader json = new StrictJsonReader(body, what, share)) {
      Manifest manifest = new ManifestJsonReader(version, json).read();
      ManifestHeader header = manifest.header();
      if (!header.id().equals(expected.id()) || !header.shard().equals(expected.shard())) {
        throw Envelope.MANIFEST.damaged(
            "is that of " + header.shard() + " " + header.id() + " under another's key");
      }
      return manifest;
    } catch (UnsafeContentException e) {
      throw new FailureException(
          FailureCode.MANIFEST_UNSAFE,
          what + " is refused: " + e.getMessage(),
          "Do not restore this backup; find out who wrote into the store.",
          e);
    } catch (IllegalArgumentException | ArithmeticException | IOException e) {
      throw Envelope.MANIFEST.damaged("is not what the format says: " + e.getMessage(), e);
    }
  }
}
