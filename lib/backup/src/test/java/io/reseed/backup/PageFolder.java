package io.reseed.backup;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** A folder of files that consist of pages, and change as a server's do. */
public final class PageFolder {
  private static final int LSN_AT = 16;

  private final Path folder;
  private final int pageBytes;
  private final Random random;
  private long lsn = 1_000;
  private int names;

  /** Makes the folder; the seed decides everything that happens in it. */
  public PageFolder(Path folder, int pageBytes, long seed) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.pageBytes = pageBytes;
    this.random = new Random(seed);
  }

  /** A new file of pages, of which some shrink well and some do not. */
  public Path addTable(int pages) throws IOException {
    Path file = folder.resolve("t" + names++ + ".ibd");
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      for (int page = 0; page < pages; page++) {
        out.write(page());
      }
    }
    return file;
  }

  /** A page with new content, and the next LSN. */
  public byte[] page() {
    byte[] page = new byte[pageBytes];
    int noise = random.nextInt(pageBytes / 2) + pageBytes / 4;
    byte[] bytes = new byte[noise];
    random.nextBytes(bytes);
    System.arraycopy(bytes, 0, page, 0, noise);
    ByteBuffer.wrap(page).putLong(LSN_AT, ++lsn);
    return page;
  }

  /** Overwrites pages of a file, each with the given chance. */
  public int change(Path file, double chance) throws IOException {
    int changed = 0;
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      for (long at = 0; at + pageBytes <= out.length(); at += pageBytes) {
        if (random.nextDouble() < chance) {
          out.seek(at);
          out.write(page());
          changed++;
        }
      }
    }
    return changed;
  }

  /** Something that servers do to their files, chosen by chance. */
  public void happen() throws IOException {
    List<Path> files = files();
    if (files.isEmpty()) {
      addTable(20);
      return;
    }
    Path file = files.get(random.nextInt(files.size()));
    switch (random.nextInt(12)) {
      case 0 -> addTable(1 + random.nextInt(60));
      case 1 -> grow(file, 1 + random.nextInt(30));
      case 2 -> shrink(file);
      case 3 -> Files.delete(file);
      case 4 ->
          Files.move(file, folder.resolve("r" + names++ + ".ibd"), StandardCopyOption.ATOMIC_MOVE);
      case 5 -> flipBehindTheLsn(file);
      case 6 -> zero(file);
      case 7 -> punch(file);
      case 8 -> oddLength(file);
      case 9 -> change(file, 0.5);
      default -> change(file, 0.05);
    }
  }

  private void grow(Path file, int pages) throws IOException {
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.setLength(out.length() / pageBytes * pageBytes);
      out.seek(out.length());
      for (int page = 0; page < pages; page++) {
        out.write(random.nextInt(4) == 0 ? new byte[pageBytes] : page());
      }
    }
  }

  private void shrink(Path file) throws IOException {
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      long pages = out.length() / pageBytes;
      out.setLength(pages == 0 ? 0 : random.nextLong(pages + 1) * pageBytes);
    }
  }

  /** A byte that changes without the page's LSN moving, as in page 0 of ibdata1. */
  private void flipBehindTheLsn(Path file) throws IOException {
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      if (out.length() > 0) {
        long at = random.nextLong(out.length());
        out.seek(at);
        int old = out.read();
        out.seek(at);
        out.write(old ^ 1 << random.nextInt(8));
      }
    }
  }

  private void zero(Path file) throws IOException {
    long length = Files.size(file);
    Files.write(file, new byte[(int) length]);
  }

  /** A page that the file system gives back, as page compression and truncation do. */
  private void punch(Path file) throws IOException {
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      long pages = out.length() / pageBytes;
      if (pages > 0) {
        out.seek(random.nextLong(pages) * pageBytes);
        out.write(new byte[pageBytes]);
      }
    }
  }

  private void oddLength(Path file) throws IOException {
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.seek(out.length());
      out.write(new byte[] {1, 2, 3});
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return new ArrayList<>(files.sorted().toList());
    }
  }
}
