package io.reseed.backup.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.format.PageHashes.PageSize;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PageHashesTest {
  private static final PageSize SIZE = new PageSize(4_096);

  @Test
  void aTableIsReadAsItWasWritten() {
    byte[] raw = new byte[10_000];
    new Random(1).nextBytes(raw);
    int[] hashes = PageHashes.of(raw, raw.length, SIZE);
    PageHashes.Collector collector = new PageHashes.Collector();
    int expected = collector.sizeWith(3);
    collector.add(77, SIZE, hashes);
    byte[] table = collector.take();

    PageHashes read = PageHashes.decode(ByteBuffer.wrap(table));

    assertThat(hashes).hasSize(3);
    assertThat(table).hasSize(expected);
    assertThat(read.at(77, SIZE)).hasValueSatisfying(found -> assertThat(found).isEqualTo(hashes));
    assertThat(read.at(78, SIZE)).isEmpty();
    assertThat(read.at(77, new PageSize(8_192))).isEmpty();
    assertThat(collector.take()).isEmpty();
  }

  @Test
  void aTableThatEndsWithinAnEntryIsRefused() {
    PageHashes.Collector collector = new PageHashes.Collector();
    collector.add(0, SIZE, new int[] {1, 2});
    byte[] table = collector.take();
    for (int length = 1; length < table.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(table, length));
      assertThatThrownBy(() -> PageHashes.decode(cut)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
