package io.reseed.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseed.coordinator.Looks.Look;
import io.reseed.coordinator.Looks.Running;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class EffectDispatcherTest {
  private final Looks looks = new Looks(1);

  @AfterEach
  void close() {
    looks.dispatcher().abandon(looks.mailbox);
    looks.dispatcher().close();
  }

  private static Look look(String shard, int ticket) {
    return new Look(shard, ticket, Lane.ROUTINE);
  }

  /** The answers of so many, once they are there. */
  private List<String> answers(int count) {
    List<String> answers = new ArrayList<>();
    await()
        .until(
            () -> {
              looks.answers().forEach(letter -> answers.add(letter.input()));
              return answers.size() >= count;
            });
    return answers;
  }

  @Test
  void aShardHasOneLookHoweverOftenItAsks() throws Exception {
    looks.ask(look("c/1", 1));
    looks.ask(look("c/1", 1));
    Running running = looks.next();
    looks.ask(look("c/1", 1));
    assertThat(looks.dispatcher().pending()).isOne();

    running.end();
    assertThat(answers(1)).containsExactly("1");
    await().until(() -> looks.dispatcher().pending() == 0);
    assertThat(looks.noneBegan()).isTrue();
    assertThat(looks.counters.effectsStarted.sum()).isOne();
  }

  @Test
  void aLookThatWaitsGivesItsTurnToTheNewerOne() throws Exception {
    looks.ask(look("c/1", 1));
    Running first = looks.next();
    looks.ask(look("c/2", 1));
    looks.ask(look("c/3", 1));
    looks.ask(look("c/2", 2));
    assertThat(looks.dispatcher().pending()).isEqualTo(3);

    first.end();
    Running second = looks.next();
    assertThat(second.look()).isEqualTo(look("c/2", 2));
    second.end();
    assertThat(looks.next().look()).isEqualTo(look("c/3", 1));
  }

  @Test
  void aLookThatNewsAreWaitingForPassesThoseThatWait() throws Exception {
    looks.ask(look("c/1", 1));
    looks.next();
    looks.ask(look("c/2", 1));
    assertThat(looks.noneBegan()).isTrue();

    looks.ask(new Look("c/2", 1, Lane.INCIDENT));
    assertThat(looks.next().look().shard()).isEqualTo("c/2");
  }

  @Test
  void aLookThatRunsIsInterruptedWhenItsAnswerWouldNotServe() throws Exception {
    looks.ask(look("c/1", 1));
    looks.next();
    looks.ask(look("c/1", 2));

    Running second = looks.next();
    assertThat(second.look().ticket()).isEqualTo(2);
    await().until(() -> looks.interrupted.contains(look("c/1", 1)));
    second.end();
    assertThat(answers(1)).containsExactly("2");
    assertThat(looks.counters.effectsCancelled.sum()).isOne();
    assertThat(looks.counters.effectsFailed.sum()).isZero();
  }

  @Test
  void aForgottenShardsLooksEndAndItsAnswersAreDropped() throws Exception {
    looks.ask(look("c/1", 1));
    looks.next().end();
    looks.ask(look("c/2", 1));
    Running running = looks.next();
    looks.ask(look("c/3", 1));

    for (String shard : List.of("c/1", "c/3", "c/2")) {
      looks.dispatcher().forget(looks.mailbox, shard);
    }
    await().until(() -> looks.interrupted.contains(running.look()));
    assertThat(looks.dispatcher().pending()).isZero();
    assertThat(looks.answers()).isEmpty();
    await().until(() -> !looks.mailbox.isExpecting());
    assertThat(looks.noneBegan()).as("what waited never began").isTrue();
  }

  @Test
  void aLostTasksLooksDoNotBegin() throws Exception {
    looks.ask(look("c/1", 1));
    Running running = looks.next();
    looks.ask(look("c/2", 1));

    looks.dispatcher().abandon(looks.mailbox);
    looks.ask(look("c/3", 1));
    await().until(() -> looks.interrupted.contains(running.look()));
    assertThat(looks.dispatcher().pending()).isZero();
    assertThat(looks.noneBegan()).isTrue();
  }

  @Test
  void aLookThatTakesLongGivesItsPlaceToTheNext() throws Exception {
    looks.ask(look("c/silent", 1));
    looks.next();
    looks.ask(look("c/healthy", 1));
    assertThat(looks.next().look().shard()).isEqualTo("c/healthy");
  }
}
