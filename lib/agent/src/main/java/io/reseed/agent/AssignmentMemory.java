package io.reseed.agent;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.reseed.durable.DurableFile;
import io.reseed.durable.NoteReserve;
import io.reseed.kafka.TopicMark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an agent remembers of its assignment topic over restarts: which one it read, and the jobs
 * that it has not mentioned since it was lost. For one thread.
 */
final class AssignmentMemory {
  private static final Logger LOG = LoggerFactory.getLogger(AssignmentMemory.class);
  private static final int FORMAT = 1;

  private final Path file;
  private final ObjectMapper json = JsonMapper.builder().build();
  private Remembered remembered = Remembered.NOTHING;
  private boolean renewalFailed;

  /**
   * What is remembered.
   *
   * @param mark the topic as it was last read; null before it was
   * @param unclaimed the jobs from before a loss
   * @param reason how the topic was lost, while there are such jobs
   */
  record Remembered(@Nullable TopicMark mark, Set<JobId> unclaimed, String reason) {
    static final Remembered NOTHING = new Remembered(null, Set.of(), "");

    Remembered {
      unclaimed = Set.copyOf(unclaimed);
    }

    Remembered afterLoss(Set<JobId> held, String why) {
      Set<JobId> all = new HashSet<>(unclaimed);
      all.addAll(held);
      return new Remembered(mark, all, why);
    }

    Remembered without(Predicate<JobId> claimed) {
      Set<JobId> left = new HashSet<>(unclaimed);
      left.removeIf(claimed);
      return new Remembered(mark, left, left.isEmpty() ? "" : reason);
    }

    Remembered claimed() {
      return new Remembered(mark, Set.of(), "");
    }

    Remembered reading(Optional<TopicMark> newer) {
      return new Remembered(newer.orElse(mark), unclaimed, reason);
    }

    private boolean differsOnlyInOffsets(Remembered other) {
      return unclaimed.equals(other.unclaimed())
          && mark != null
          && other.mark() != null
          && mark.topicId().equals(other.mark().topicId());
    }
  }

  private record Stored(int format, Remembered remembered) {}

  AssignmentMemory(Path file) {
    this.file = file;
  }

  Path file() {
    return file;
  }

  Remembered remembered() {
    return remembered;
  }

  /** Whether a person removed the file while it kept jobs from being removed. */
  boolean isAcceptedByHand() {
    return !remembered.unclaimed().isEmpty() && Files.notExists(file);
  }

  /** What an earlier agent left; gives the topic that it read. */
  Optional<TopicMark> read() {
    try {
      Stored stored = json.readValue(Files.readAllBytes(file), Stored.class);
      if (stored.format() > FORMAT) {
        throw new IllegalStateException(
            "%s is of format %d and this release knows formats up to %d: start the release that wrote it"
                .formatted(file, stored.format(), FORMAT));
      }
      remembered = stored.remembered();
    } catch (NoSuchFileException never) {
      remembered = Remembered.NOTHING;
    } catch (JacksonException e) {
      throw new IllegalStateException(
          "Cannot understand %s, which says which topic this host's jobs came from; remove it to accept the topic as it is now"
              .formatted(file),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
    return Optional.ofNullable(remembered.mark());
  }

  /**
   * Makes it durable if it differs.
   *
   * @throws UncheckedIOException when it is not, and what was remembered before stands
   */
  void remember(Remembered now) {
    if (now.equals(remembered)) {
      return;
    }
    NoteReserve.Note note =
        () -> DurableFile.replace(file, json.writeValueAsBytes(new Stored(FORMAT, now)));
    boolean renewal = now.differsOnlyInOffsets(remembered);
    try {
      if (renewal) {
        note.write(); // the room set aside is for what matters
      } else {
        new NoteReserve(file.toAbsolutePath().resolveSibling(".")).write(note);
      }
      remembered = now;
      renewalFailed = false;
    } catch (IOException e) {
      if (!renewal) {
        throw new UncheckedIOException("Cannot write " + file, e);
      }
      // an older mark of the same topic only notices a little less, and whoever waits for a job to
      // be removed, which may give a full disk its room back, must not wait for this
      if (!renewalFailed) {
        LOG.warn("topic mark not renewed file={} reason={}", file, e.toString());
      }
      renewalFailed = true;
    }
  }
}
