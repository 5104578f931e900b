package io.reseed.cli.output;

import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What docs/RUNBOOK.md, which is packaged with the command, says of a failure code. */
public final class Runbook {
  private static final int COLUMNS = 80;
  private static final Pattern CODE = Pattern.compile("`[A-Z]+(?:_[A-Z]+)+`|`INTERNAL`");
  private static final Pattern LINK = Pattern.compile("\\[([^\\]]+)]\\(([^)]+)\\)");

  private final List<Section> sections;

  /**
   * A section of the second level: the codes that it is about, and what it says, block by block.
   */
  private record Section(String heading, String codes, List<String> blocks) {
    static Section of(String text) {
      List<String> blocks = Stream.of(text.split("\n\\s*\n")).map(String::strip).toList();
      String first = blocks.getFirst();
      int end = first.indexOf('\n');
      String heading = end < 0 ? first : first.substring(0, end);
      return new Section(
          heading, end < 0 ? "" : first.substring(end + 1), blocks.subList(1, blocks.size()));
    }

    /** Rows of tables count each for itself. */
    Stream<String> parts() {
      return blocks.stream()
          .flatMap(block -> block.startsWith("|") ? block.lines().skip(2) : Stream.of(block));
    }
  }

  /** Reads the page that this version was packaged with. */
  public Runbook() {
    this(packaged());
  }

  Runbook(String page) {
    String ofCodes = page.substring(page.indexOf("\n# Failure codes\n"));
    sections = Stream.of(ofCodes.split("\n## ")).skip(1).map(Section::of).toList();
  }

  private static String packaged() {
    try (InputStream page =
        Objects.requireNonNull(Runbook.class.getResourceAsStream("RUNBOOK.md"), "no runbook")) {
      return new String(page.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the packaged runbook cannot be read", e);
    }
  }

  /** For a terminal. */
  public String explain(FailureCode code) {
    String name = "`" + code.name() + "`";
    Section section =
        sections.stream()
            .filter(it -> it.codes().contains(name))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("the runbook lacks " + name));
    List<String> said = new ArrayList<>();
    said.add(code.name() + " (" + code.failureClass() + "): " + meaning(code.failureClass()));
    section.parts().filter(part -> part.contains(name)).map(Runbook::shown).forEach(said::add);
    // what is about no code in particular is about each
    section
        .parts()
        .filter(part -> !CODE.matcher(part).find())
        .map(Runbook::shown)
        .forEach(said::add);
    if (said.size() == 1) {
      section.parts().limit(1).map(Runbook::shown).forEach(said::add);
    }
    said.add("docs/RUNBOOK.md, section \"%s\"".formatted(section.heading()));
    return String.join("\n\n", said.stream().map(Runbook::wrapped).toList());
  }

  private static String meaning(FailureClass failureClass) {
    return switch (failureClass) {
      case TRANSIENT -> "it is tried again by itself.";
      case OPERATOR_MUST_ACT -> "nothing gets better until somebody acts.";
      case BAD_BACKUP -> "a backup is bad, or looks so; another one is used.";
      case BUG -> "a mistake of Reseed's, please report it.";
    };
  }

  /** Without the page's marks: a row as its cells, a link as its text. */
  private static String shown(String part) {
    String text = part.startsWith("|") ? row(part) : part;
    return LINK.matcher(text).replaceAll("$1").replace("**", "").replace("`", "");
  }

  private static String row(String row) {
    List<String> cells =
        Stream.of(row.split("\\|")).map(String::strip).filter(cell -> !cell.isEmpty()).toList();
    return cells.size() < 3
        ? String.join(": ", cells)
        : "%s: %s. Do: %s.".formatted(cells.get(0), cells.get(1), cells.get(2));
  }

  private static String wrapped(String text) {
    StringBuilder lines = new StringBuilder();
    int column = 0;
    for (String word : text.strip().split("\\s+", -1)) {
      if (column > 0 && column + 1 + word.length() > COLUMNS) {
        lines.append('\n');
        column = 0;
      }
      lines.append(column == 0 ? "" : " ").append(word);
      column += word.length() + (column == 0 ? 0 : 1);
    }
    return lines.toString();
  }
}
