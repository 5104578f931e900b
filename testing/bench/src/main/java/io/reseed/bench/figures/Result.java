package io.reseed.bench.figures;

import java.util.List;

/**
 * One contest's figures.
 *
 * @param conditions what it was about: data, size, state of the cache
 * @param entries in the order of the contest
 * @param absent who could not take part, each with the reason
 * @param goals to judge it by
 */
public record Result(
    String conditions, List<Entry> entries, List<String> absent, List<Goal> goals) {
  /** Copies the lists. */
  public Result {
    entries = List.copyOf(entries);
    absent = List.copyOf(absent);
    goals = List.copyOf(goals);
  }

  /** Reseed's entry: the first of its role. */
  public Entry ours() {
    return entries.stream()
        .filter(entry -> entry.role() == Role.OURS)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("nobody ran for Reseed: " + conditions));
  }

  /** All entries of a role. */
  public List<Entry> of(Role role) {
    return entries.stream().filter(entry -> entry.role() == role).toList();
  }
}
