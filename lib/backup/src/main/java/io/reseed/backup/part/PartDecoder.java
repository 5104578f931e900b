package io.reseed.backup.part;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.reseed.backup.encryption.PackKeys;
import io.reseed.backup.format.Extent;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decrypts and decompresses parts of packs. What they then hash to is not looked at. */
public final class PartDecoder implements AutoCloseable {
  private final ZstdDecompressCtx decompressor = new ZstdDecompressCtx();
  private byte[] opened = new byte[0];

  /**
   * A part as the store has it.
   *
   * @param stored its bytes, from the buffer's position to its limit, in the heap
   */
  public record StoredPart(String packName, Extent.Place place, ByteBuffer stored) {}

  /**
   * Fills {@code target}, in the heap or outside, from its position to its limit, which are the raw
   * bytes that the part must have; neither moves. For one thread at a time.
   *
   * @return what is wrong with the part; null when it was decoded
   */
  public @Nullable String decode(PackKeys keys, StoredPart part, ByteBuffer target) {
    Extent.Place place = part.place();
    if (keys.overheadBytes() == 0) {
      return decompress(place.encoding(), part.stored(), target);
    }
    if (opened.length < place.storedBytes()) {
      opened = new byte[place.storedBytes()];
    }
    ByteBuffer content = ByteBuffer.wrap(opened);
    Optional<String> fault = keys.open(part.packName(), place.packOffset(), part.stored(), content);
    return fault.isPresent() ? fault.get() : decompress(place.encoding(), content.flip(), target);
  }

  private @Nullable String decompress(
      Extent.Encoding encoding, ByteBuffer content, ByteBuffer target) {
    int rawBytes = target.remaining();
    return switch (encoding) {
      case PLAIN -> {
        if (content.remaining() != rawBytes) {
          yield "it has " + content.remaining() + " bytes, not " + rawBytes;
        }
        target.put(target.position(), content, content.position(), rawBytes);
        yield null;
      }
      case ZSTD -> {
        try {
          int decoded = decompress(content, target);
          yield decoded == rawBytes
              ? null
              : "it decompresses to " + decoded + " bytes, not " + rawBytes;
        } catch (ZstdException e) {
          yield "it does not decompress: " + e.getMessage();
        }
      }
    };
  }

  private int decompress(ByteBuffer content, ByteBuffer target) {
    byte[] from = content.array();
    int at = content.arrayOffset() + content.position();
    int length = content.remaining();
    return target.hasArray()
        ? decompressor.decompressByteArray(
            target.array(),
            target.arrayOffset() + target.position(),
            target.remaining(),
            from,
            at,
            length)
        : decompressor.decompressByteArrayToDirectByteBuffer(
            target, target.position(), target.remaining(), from, at, length);
  }

  @Override
  public void close() {
    decompressor.close();
  }
}
