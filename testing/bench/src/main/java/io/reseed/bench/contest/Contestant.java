package io.reseed.bench.contest;

import io.reseed.bench.figures.Role;
import java.io.IOException;

/**
 * One way to do the work of a contest.
 *
 * @param name for the table
 * @param bytes of files that it works on
 * @param prepare untimed, before each run: makes the place as it was before the last one
 * @param work timed
 * @param check untimed, after each run: throws unless the result is byte for byte right
 * @param inMemory whether it measures the processor alone: then what it reads stays in the page
 *     cache, whatever the contest says
 */
public record Contestant(
    String name, Role role, long bytes, Step prepare, Work work, Step check, boolean inMemory) {
  /** A part that is not timed. */
  @FunctionalInterface
  public interface Step {
    /** May throw anything that makes the figures worthless. */
    void run() throws IOException;
  }

  /** The part that is timed. */
  @FunctionalInterface
  public interface Work {
    /** Does it, and says how many bytes went to or came from the store; 0 where nobody counts. */
    long run() throws IOException;
  }

  /** Whose work reads and writes files as the contest's cache state says. */
  public static Contestant of(String name, Role role, long bytes, Work work) {
    return new Contestant(name, role, bytes, () -> {}, work, () -> {}, false);
  }

  /** This contestant with this preparation. */
  public Contestant preparing(Step step) {
    return new Contestant(name, role, bytes, step, work, check, inMemory);
  }

  /** This contestant with this check. */
  public Contestant checking(Step step) {
    return new Contestant(name, role, bytes, prepare, work, step, inMemory);
  }

  /** This contestant, measured by processor time alone. */
  public Contestant ofTheProcessor() {
    return new Contestant(name, role, bytes, prepare, work, check, true);
  }
}
