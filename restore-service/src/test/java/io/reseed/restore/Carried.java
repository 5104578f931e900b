package io.reseed.restore;

import io.reseed.fleet.FailureCode;
import java.util.ArrayList;
import java.util.List;

/**
 * One row of docs/CARRIED.md: what a server may have, and what becomes of it in a copy.
 *
 * @param kind what it is
 * @param outcome what becomes of it
 * @param how in words
 * @param statements that make one, in one session
 * @param question whose answer tells of it; empty where {@code tests} hold the row
 * @param tests {@code Class.method} that hold the row elsewhere
 */
record Carried(
    String kind,
    Outcome outcome,
    String how,
    List<String> statements,
    String question,
    List<String> tests) {
  /** What becomes of something. */
  sealed interface Outcome {
    /** A copy has it. */
    record Whole() implements Outcome {
      @Override
      public String toString() {
        return "carried";
      }
    }

    /** No copy is made, or no server of that kind takes part. */
    record Refused(FailureCode code) implements Outcome {
      @Override
      public String toString() {
        return "refused, `" + code + "`";
      }
    }

    /** A copy does not have it, on purpose. */
    record Left() implements Outcome {
      @Override
      public String toString() {
        return "not carried";
      }
    }

    /** A copy is otherwise, or may be. */
    record Named(String where) implements Outcome {
      @Override
      public String toString() {
        return "not checked, named in " + where;
      }
    }
  }

  private static final String PROVED = "`CarriedTest.whatADonorHasIsInItsCloneAndInABackupOfThat`";

  Carried {
    statements = List.copyOf(statements);
    tests = List.copyOf(tests);
  }

  /** It is asked of the donor, of a clone, and of what comes back from the clone's backup. */
  static Carried whole(String kind, String question, String... statements) {
    return new Carried(kind, new Outcome.Whole(), "", List.of(statements), question, List.of());
  }

  /** As {@link #whole}, and other tests look closer. */
  Carried alsoHeldBy(String words, String... others) {
    return new Carried(kind, outcome, words, statements, question, List.of(others));
  }

  /** A copy's answer differs from the donor's. */
  static Carried left(String kind, String how, String question, String... statements) {
    return new Carried(kind, new Outcome.Left(), how, List.of(statements), question, List.of());
  }

  static Carried refused(String kind, FailureCode code, String how, String... tests) {
    return elsewhere(kind, new Outcome.Refused(code), how, tests);
  }

  static Carried elsewhere(String kind, Outcome outcome, String how, String... tests) {
    return new Carried(kind, outcome, how, List.of(), "", List.of(tests));
  }

  /** Whether it is made on the donor. */
  boolean isMade() {
    return !question.isEmpty();
  }

  /** As a row of the document's table. */
  String row() {
    List<String> named = new ArrayList<>();
    if (isMade()) {
      named.add(PROVED);
    }
    tests.forEach(test -> named.add("`" + test + "`"));
    return "| %s | %s | %s | %s |"
        .formatted(kind, outcome, how, named.isEmpty() ? "no test" : String.join(", ", named));
  }

  @Override
  public String toString() {
    return kind;
  }
}
