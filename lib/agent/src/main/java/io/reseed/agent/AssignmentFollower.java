package io.reseed.agent;

import io.reseed.agent.AssignmentMemory.Remembered;
import io.reseed.events.Assignment;
import io.reseed.kafka.FollowedTopic;
import io.reseed.kafka.FollowedTopic.Trouble;
import io.reseed.kafka.TopicMark;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest assignment of every seeding, and what may be concluded from it for this host's jobs.
 *
 * <p>A topic that was recreated or emptied is read anew. What it says is believed at once; from
 * what it does not mention nothing is concluded: jobs from before the loss are {@link
 * Assignments#unclaimed} and stay as they are, until an assignment or a tombstone of their seeding
 * comes, or a person removes the mark file, which is looked at in every pass. That is remembered
 * durably, so that a topic which was lost while the agent was off makes no difference. For one
 * thread.
 */
final class AssignmentFollower<A extends Assignment> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AssignmentFollower.class);

  private final AgentLoop.Source<A> source;
  private final Runnable changed;
  private final AssignmentMemory memory;
  private final AtomicReference<@Nullable String> loss = new AtomicReference<>();
  private final Set<String> mentioned = ConcurrentHashMap.newKeySet();
  private volatile Set<String> held = Set.of();
  private @Nullable FollowedTopic<A> followed;
  private @Nullable Map<String, A> known;

  /**
   * Reads nothing yet.
   *
   * @param markFile remembers which topic was read, and what it did not mention
   * @param changed called from another thread when there may be something new to see
   */
  AssignmentFollower(AgentLoop.Source<A> source, Path markFile, Runnable changed) {
    this.source = source;
    this.changed = changed;
    this.memory = new AssignmentMemory(markFile);
  }

  /**
   * What is known now; opens the topic at the first call.
   *
   * @param unfinished the jobs that a wrong conclusion would remove; while there are none, whatever
   *     topic is there is taken as it is
   */
  Assignments<A> look(Set<JobId> unfinished) {
    held = unfinished.stream().map(JobId::seeding).collect(Collectors.toUnmodifiableSet());
    FollowedTopic<A> topic = followed;
    if (topic == null) {
      topic = open(unfinished);
    }
    // in this order: a mark or a snapshot of the new topic is never seen without its loss
    Optional<TopicMark> mark = topic.mark();
    Optional<Map<String, A>> snapshot = topic.snapshot();
    String lost = loss.get();
    Remembered now = memory.remembered().without(job -> !unfinished.contains(job));
    if (lost != null) {
      now = now.afterLoss(unfinished, lost);
      known = null;
    } else if (memory.isAcceptedByHand()) {
      LOG.warn("topic accepted as it is now host={} jobs={}", source.host(), now.unclaimed());
      now = now.claimed();
    }
    if (snapshot.isPresent()) {
      known = snapshot.get();
      now = now.without(job -> mentioned.contains(job.seeding())).reading(mark);
    }
    remember(now, lost);
    mentioned.retainAll(held);
    return new Assignments<>(
        new Assignments.Host(source.host(), source.identity().known()),
        Optional.ofNullable(known),
        now.unclaimed(),
        topic.trouble().filter(_ -> known == null));
  }

  private void remember(Remembered now, @Nullable String lost) {
    Set<JobId> before = memory.remembered().unclaimed();
    memory.remember(now);
    if (lost != null) {
      loss.compareAndSet(lost, null);
    }
    Set<JobId> more = new HashSet<>(now.unclaimed());
    more.removeAll(before);
    if (!more.isEmpty()) {
      tellUnclaimed(more, now.reason());
    }
  }

  private void tellUnclaimed(Set<JobId> jobs, String reason) {
    LOG.error(
        "jobs unclaimed, they stay as they are host={} jobs={} reason={} hint=have them assigned"
            + " or withdrawn again, or remove {} to have this host remove all that the topic does"
            + " not mention",
        source.host(),
        jobs,
        reason,
        memory.file());
  }

  private FollowedTopic<A> open(Set<JobId> unfinished) {
    Optional<TopicMark> seenBefore = memory.read().filter(_ -> !unfinished.isEmpty());
    Set<JobId> left = memory.remembered().unclaimed();
    if (!left.isEmpty()) {
      tellUnclaimed(left, memory.remembered().reason());
    }
    FollowedTopic<A> opened =
        FollowedTopic.open(source.kafka(), source.subject(), seenBefore, new Listener());
    followed = opened;
    return opened;
  }

  private final class Listener implements FollowedTopic.Listener<A> {
    @Override
    public void changed(FollowedTopic.Change<A> change) {
      if (held.contains(change.key())) {
        mentioned.add(change.key());
      }
      changed.run();
    }

    @Override
    public void known() {
      changed.run();
    }

    @Override
    public void unknown(Trouble trouble, String reason) {
      if (trouble == Trouble.LOST) {
        mentioned.clear();
        loss.set(reason);
      }
      changed.run();
    }
  }

  @Override
  public void close() {
    FollowedTopic<A> open = followed;
    if (open != null) {
      open.close();
    }
  }
}
