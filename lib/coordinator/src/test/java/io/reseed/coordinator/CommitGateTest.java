package io.reseed.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommitGateTest {
  private final CommitGate gate = new CommitGate();
  private final List<String> done = new ArrayList<>();

  @Test
  void whatWaitsIsDoneInOrderAfterTheCommitAndOnce() {
    gate.began();
    gate.afterCommit(() -> done.add("a"));
    gate.afterCommit(() -> done.add("b"));
    assertThat(done).isEmpty();

    gate.committed();
    gate.began();
    gate.committed();
    assertThat(done).containsExactly("a", "b");
  }

  @Test
  void whatAnAbortedTransactionLedToIsNeverDone() {
    gate.began();
    gate.afterCommit(() -> done.add("a"));
    gate.aborted();
    gate.began();
    gate.afterCommit(() -> done.add("b"));
    gate.committed();

    assertThat(done).containsExactly("b");
  }

  @Test
  void whatWaitedForATransactionThatWasNeverEndedIsNeverDone() {
    gate.began();
    gate.afterCommit(() -> done.add("a"));
    gate.began();
    gate.committed();

    assertThat(done).isEmpty();
  }

  @Test
  void withoutAnOpenTransactionNothingWaits() {
    gate.afterCommit(() -> done.add("a"));

    assertThat(done).containsExactly("a");
  }

  @Test
  void anotherThreadsCommitDoesNotCount() throws InterruptedException {
    gate.began();
    gate.afterCommit(() -> done.add("a"));
    Thread other = Thread.ofPlatform().start(gate::committed);
    other.join();

    assertThat(done).isEmpty();
  }
}
