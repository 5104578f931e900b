package io.reseed.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class SectionTest {
  private static final Section SECTION =
      new Section(
          "restore",
          "Restore",
          "All is fsynced.",
          List.of(Samples.result(new Goal.OfTheSlowestBaseline(0.8), new Goal.AheadInSeconds())));

  @Test
  void theTableHasMedianSpreadAndRatio() {
    assertThat(SECTION.markdown("restore.svg"))
        .contains(
            "## Restore\n\nAll is fsynced.\n\n### 100 MB, cold cache\n",
            "| **Reseed** | 2.00 | 1.50 … 2.50 | 3 | 50 | 40.0 | 1.00 |\n",
            "| _cp_ | 1.00 | 1.00 … 1.00 | 1 | 100 | – | 0.50 |\n",
            "| restic & co | 4.00 | 3.00 … 5.00 | 3 | 25 | 30.0 | 2.00 |\n",
            "![Restore](restore.svg)\n");
  }

  @Test
  void missedGoalsAndAbsentPeersAreSaid() {
    assertThat(SECTION.markdown("restore.svg"))
        .contains(
            "- **not reached**: 0.75 of the speed",
            "- reached: the fastest peer, rclone,",
            "- absent: mydumper: no such program\n");
  }

  @Test
  void thePlotIsWellFormedAndShowsEveryContestant() throws Exception {
    String svg = Plot.svg(SECTION);
    var drawn =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));
    assertThat(drawn.getElementsByTagName("line").getLength()).isEqualTo(5);
    assertThat(drawn.getDocumentElement().getTextContent()).contains("restic & co", "4.00 s");
  }

  @Test
  void aRunReplacesItsOwnSectionOnly() {
    Document both = Document.of("").with("restore", "old figures\n").with("snapshot", "others\n");
    Document again = Document.of(both.text() + "\nnotes\n").with("restore", "new figures\n");
    assertThat(again.text())
        .contains("<!-- begin restore -->\nnew figures\n<!-- end restore -->\n", "others", "notes")
        .doesNotContain("old figures");
  }
}
