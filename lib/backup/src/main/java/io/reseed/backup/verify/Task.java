package io.reseed.backup.verify;

import io.reseed.backup.format.Extent;
import java.util.List;

/** What one thread does at a time. */
sealed interface Task {
  /** Raw bytes that it looks at. */
  long rawBytes();

  /** Parts that lie next to one another in a pack and are read with one request. */
  record Window(List<Part> parts) implements Task {
    public Window {
      parts = List.copyOf(parts);
    }

    int storedBytes() {
      Extent.Place last = parts.getLast().content().place();
      return (int) (last.end() - parts.getFirst().at().offset());
    }

    @Override
    public long rawBytes() {
      return parts.stream().mapToLong(part -> part.content().rawBytes()).sum();
    }
  }

  /** An extent that is patched as a restore does it. */
  record Patching(CheckedFile file, long fileOffset, Extent.Patched extent) implements Task {
    @Override
    public long rawBytes() {
      return extent.rawBytes();
    }
  }
}
