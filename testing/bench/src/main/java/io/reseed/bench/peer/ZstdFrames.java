package io.reseed.bench.peer;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import io.reseed.bench.machine.FolderTree;
import io.reseed.bench.machine.Parallel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Files in pieces of 4 MiB, each compressed alone by zstd −1, on all cores: what the processor has
 * to do at least. What comes out is dropped.
 */
public final class ZstdFrames {
  private static final int PIECE_BYTES = 4 << 20;
  private static final int LEVEL = 1;

  private final FolderTree source;
  private final Path frames;
  private final List<Frame> index = new ArrayList<>();

  private record Frame(Path source, long at, int rawBytes, long frameAt, int frameBytes) {}

  private ZstdFrames(FolderTree source, Path frames) {
    this.source = source;
    this.frames = frames;
  }

  /** Compresses the source once, into a new file. */
  public static ZstdFrames of(FolderTree source, Path file) throws IOException {
    ZstdFrames made = new ZstdFrames(source, file);
    try (FileChannel out =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        ZstdCompressCtx context = new ZstdCompressCtx().setLevel(LEVEL)) {
      for (Path path : source.files()) {
        long size = Files.size(path);
        for (long at = 0; at < size; at += PIECE_BYTES) {
          int length = (int) Math.min(PIECE_BYTES, size - at);
          ByteBuffer frame = context.compress(map(path, at, length));
          made.index.add(new Frame(path, at, length, out.position(), frame.remaining()));
          while (frame.hasRemaining()) {
            out.write(frame);
          }
        }
      }
    }
    return made;
  }

  /** Compresses all pieces. */
  public long compress() throws IOException {
    List<Parallel.Piece> pieces = new ArrayList<>();
    for (Frame frame : index) {
      pieces.add(
          () -> {
            try (ZstdCompressCtx context = new ZstdCompressCtx().setLevel(LEVEL)) {
              return context.compress(map(frame.source, frame.at, frame.rawBytes)).remaining();
            }
          });
    }
    return Parallel.sum(Parallel.cores(), pieces);
  }

  /** Decompresses all frames; returns how many bytes came out. */
  public long decompress() throws IOException {
    List<Parallel.Piece> pieces = new ArrayList<>();
    for (Frame frame : index) {
      pieces.add(() -> decompressed(frame).remaining());
    }
    return Parallel.sum(Parallel.cores(), pieces);
  }

  /** Fails unless the frames hold the source. */
  public void check() throws IOException {
    for (Frame frame : index) {
      if (!decompressed(frame).equals(map(frame.source, frame.at, frame.rawBytes))) {
        throw new IOException("a frame of " + frame.source + " holds something else");
      }
    }
  }

  /** Reads all that the next run reads, so that it lies in memory. */
  public void warmUp() throws IOException {
    PlainTransfer.read(source);
    PlainTransfer.read(new FolderTree(frames));
  }

  private ByteBuffer decompressed(Frame frame) throws IOException {
    try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
      return context.decompress(map(frames, frame.frameAt, frame.frameBytes), frame.rawBytes);
    }
  }

  private static ByteBuffer map(Path file, long at, int length) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(MapMode.READ_ONLY, at, length);
    }
  }
}
