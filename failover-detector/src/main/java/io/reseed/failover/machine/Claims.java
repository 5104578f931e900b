package io.reseed.failover.machine;

import io.reseed.events.FailoverFact.ClaimAnswered.Outcome;
import io.reseed.events.PrimaryFailed;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShortenedText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The claims about a shard that have no final answer yet, and by name the last ones that have.
 * Immutable.
 *
 * @param open oldest first, at most {@link #OPEN_MAX}
 * @param settled the names of the last ones that were answered for good, oldest first: who sends
 *     one again gets no second answer
 */
public record Claims(List<Claim> open, List<String> settled) {
  static final int OPEN_MAX = 10;
  static final int SETTLED_MAX = 20;
  static final Claims NONE = new Claims(List.of(), List.of());

  private static final int NAME_CHARACTERS_MAX = 200;

  /** Copies. */
  public Claims {
    open = List.copyOf(open);
    settled = List.copyOf(settled);
  }

  /**
   * One event by which a publisher claims something.
   *
   * @param id of the event, and its source: together its name
   * @param answer the word for the last answer that was not final; null before there was one
   */
  public record Claim(
      String id,
      String source,
      ServerAddress failed,
      @Nullable ServerAddress promoted,
      @Nullable String incident,
      String publisher,
      @Nullable String answer) {

    /** A claim that nobody answered yet. */
    static Claim of(PrimaryFailed event, String id, String source) {
      return new Claim(
          ShortenedText.of(id, NAME_CHARACTERS_MAX),
          ShortenedText.of(source, NAME_CHARACTERS_MAX),
          event.failed(),
          event.promoted(),
          event.incident(),
          event.publisher(),
          null);
    }

    /** What makes two events the same claim. */
    String name() {
      return source + " " + id;
    }

    /** Whether the failed server or its successor is one of these. */
    boolean speaksOf(Collection<ServerAddress> servers) {
      return servers.contains(failed) || (promoted != null && servers.contains(promoted));
    }

    private Claim answered(String word) {
      return new Claim(id, source, failed, promoted, incident, publisher, word);
    }
  }

  boolean isKnown(Claim claim) {
    return settled.contains(claim.name()) || isOpen(claim);
  }

  boolean isOpen(Claim claim) {
    return open.stream().anyMatch(other -> other.name().equals(claim.name()));
  }

  /** The one that has to go before another can be noted. */
  Optional<Claim> oneTooMany() {
    return open.size() < OPEN_MAX ? Optional.empty() : Optional.of(open.getFirst());
  }

  Claims noted(Claim claim) {
    List<Claim> more = new ArrayList<>(open);
    more.add(claim);
    return new Claims(more, settled);
  }

  /** After an answer: open still where another will follow. */
  Claims after(FailoverEvent.ClaimAnswered answered) {
    return answered.outcome() == Outcome.WAITING
        ? waiting(answered.claim(), Answers.word(answered))
        : settled(answered.claim());
  }

  private Claims waiting(Claim claim, String word) {
    return new Claims(
        open.stream()
            .map(other -> other.name().equals(claim.name()) ? other.answered(word) : other)
            .toList(),
        settled);
  }

  private Claims settled(Claim claim) {
    List<Claim> others = open.stream().filter(other -> !other.name().equals(claim.name())).toList();
    List<String> newest = new ArrayList<>(settled);
    newest.add(claim.name());
    int tooMany = Math.max(0, newest.size() - SETTLED_MAX);
    return new Claims(others, newest.subList(tooMany, newest.size()));
  }
}
