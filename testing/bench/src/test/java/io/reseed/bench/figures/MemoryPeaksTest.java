package io.reseed.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.bench.figures.MemoryPeaks.Size;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryPeaksTest {
  @Test
  void growthAndHeightAreJudged() {
    MemoryPeaks peaks =
        new MemoryPeaks(
            "restore",
            List.of(
                new Size(1_000_000_000, Spread.of(250e6, 260e6, 240e6)),
                new Size(4_000_000_000L, Spread.of(290e6))));
    assertThat(peaks.markdown())
        .contains(
            "| 1000 MB | 250 | 240 … 260 | 3 |\n",
            "- reached: 290 MB at most",
            "- **not reached**: sizes differ by 1.16 ×");
  }
}
