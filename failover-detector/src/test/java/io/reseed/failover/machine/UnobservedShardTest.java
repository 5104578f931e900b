package io.reseed.failover.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.ShardStatus;
import io.reseed.events.ShardStatus.Condition;
import io.reseed.failover.machine.FailoverEvent.SeedingBegun;
import io.reseed.failover.machine.FailoverEvent.StatusPublished;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A detector that cannot observe a shard's servers says so, whatever keeps it from that. */
final class UnobservedShardTest {
  private static final Duration BOUND = Story.POLICY.unobservedAfter();

  /** A way to be blind: what becomes of each look, null for no answer at all. */
  record Blindness(
      String name,
      Function<FailoverEffect.Observe, @Nullable FailoverInput> answer,
      FailureClass failureClass,
      String message) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Blindness> blindnesses() {
    Failure accounts = FailureCatalogue.accountsMissing(World.SHARD);
    Failure hosts = FailureCatalogue.askingFailed("reading the hosts' status", "Kafka is away");
    Failure timeout = FailureCatalogue.askingFailed("observing the servers", "no result in PT24S");
    Failure bug = FailureCatalogue.observationThrew("java.lang.IllegalStateException: oops");
    return Stream.of(
        failing("accounts missing", accounts),
        failing("hosts unknown", hosts),
        failing("timed out", timeout),
        failing("threw", bug),
        new Blindness(
            "refused by all",
            observe ->
                new FailoverInput.Observed(
                    observe.ticket(),
                    ShardSnapshot.of(
                        observe.servers().stream()
                            .<ProbeResult>map(
                                s -> new ProbeResult.Unobserved(s, true, "access denied"))
                            .toList(),
                        java.util.Set.of())),
            FailureClass.OPERATOR_MUST_ACT,
            "access denied"),
        new Blindness("no answer", _ -> null, FailureClass.TRANSIENT, "no answer came in time"));
  }

  private static Blindness failing(String name, Failure failure) {
    return new Blindness(
        name,
        observe -> new FailoverInput.ObservationFailed(observe.ticket(), failure),
        failure.failureClass(),
        failure.message());
  }

  @ParameterizedTest
  @MethodSource("blindnesses")
  void aShardThatIsNotObservedIsNotCalledWhole(Blindness blindness) {
    Story story = Story.wholeShard();
    Instant observedAt = story.status().updatedAt();
    blind(story, blindness, BOUND.minusSeconds(4));
    assertThat(story.condition()).isEqualTo(Condition.WHOLE);

    blind(story, blindness, Duration.ofSeconds(10));

    ShardStatus status = story.status();
    assertThat(status.condition()).isEqualTo(Condition.BLOCKED);
    assertThat(status.headline()).isEqualTo("not observed since " + observedAt);
    Failure failure = Objects.requireNonNull(status.failure());
    assertThat(failure.code()).startsWith("OBSERVATION_");
    assertThat(failure.failureClass()).isEqualTo(blindness.failureClass());
    assertThat(failure.message()).contains(World.SHARD.toString(), blindness.message());

    blind(story, blindness, Duration.ofMinutes(10));
    assertThat(story.status().condition()).isEqualTo(Condition.BLOCKED);
    assertThat(story.decided(SeedingBegun.class)).as("made without having observed").isEmpty();
    assertThat(story.decided(StatusPublished.class).map(s -> s.status().updatedAt()))
        .as("no status is fresher than its observation")
        .allMatch(at -> !at.isAfter(observedAt));

    story.pass(Story.POLICY.answerTimeout().multipliedBy(2));
    assertThat(story.condition()).isEqualTo(Condition.WHOLE);
    assertThat(story.status().updatedAt()).isAfter(observedAt);
  }

  @ParameterizedTest
  @MethodSource("blindnesses")
  void aShardThatWasNeverObservedSaysWhy(Blindness blindness) {
    Story story = new Story();
    story.world.primary("a").replica("b", "a");
    story.receive(new FailoverInput.Declaration(1, World.at("a", "b")));

    blind(story, blindness, BOUND.plusSeconds(2));

    assertThat(story.condition()).isEqualTo(Condition.NO_PRIMARY);
    assertThat(story.code()).startsWith("OBSERVATION_");
  }

  @Test
  void aShardWithoutAPrimaryStaysWithoutOneWhileItIsNotObserved() {
    Story story = Story.wholeShard();
    story.world.kill("a");
    story.claim("a", null).settle();

    blind(story, blindnesses().findFirst().orElseThrow(), BOUND.plusSeconds(4));

    assertThat(story.condition()).isEqualTo(Condition.NO_PRIMARY);
    assertThat(story.code()).startsWith("OBSERVATION_");
  }

  @Test
  void theTimeThatTheDetectorWasStoppedDoesNotCount() {
    Story story = Story.wholeShard();
    Instant observedAt = story.status().updatedAt();
    long published = story.decided(StatusPublished.class).count();
    story.now = story.now.plusSeconds(3_600);

    story.restart();

    assertThat(story.condition()).isEqualTo(Condition.WHOLE);
    assertThat(story.status().updatedAt()).isBeforeOrEqualTo(observedAt);
    assertThat(story.decided(StatusPublished.class)).hasSize((int) published);
    story.settle();
    assertThat(story.condition()).isEqualTo(Condition.WHOLE);
    assertThat(story.shard().freshness().observedAt()).isEqualTo(story.now);
  }

  @Test
  void aRestartDoesNotMakeABlindDetectorSayWhole() {
    Story story = Story.wholeShard();
    Blindness blindness = blindnesses().findFirst().orElseThrow();
    blind(story, blindness, BOUND.plusSeconds(4));

    story.restart();
    assertThat(story.condition()).isEqualTo(Condition.BLOCKED);
    blind(story, blindness, Duration.ofSeconds(4));
    assertThat(story.condition()).isEqualTo(Condition.BLOCKED);
  }

  /** The replicas receive from it, but whether it takes writes nobody knows. */
  @Test
  void aPrimaryThatRefusesToBeObservedIsNotCalledServing() {
    Story story = Story.wholeShard();
    story.world.kill("a").server("a").listens = true;
    assertThat(story.seconds(20).primary()).contains(World.at("a"));

    story.seconds(20);

    assertThat(story.condition()).isEqualTo(Condition.NO_PRIMARY);
    assertThat(story.code()).isEqualTo("PRIMARY_SILENT");
    assertThat(story.primary()).contains(World.at("a"));
    story.world.server("a").up = true;
    assertThat(story.seconds(4).condition()).isNotEqualTo(Condition.NO_PRIMARY);
  }

  /** A replica whose source is no address replicates from elsewhere; the others are as ever. */
  @Test
  void aReplicaWithoutAUsableSourceIsJudgedAlone() {
    Story story = Story.wholeShard();

    story.observations(
        snapshot -> {
          ProbeResult.Answered b = snapshot.answered(World.at("b")).orElseThrow();
          ProbeResult.Channel odd =
              new ProbeResult.Channel(null, "", ProbeResult.Receiver.CONNECTING, true, null, null);
          List<ProbeResult> probes =
              snapshot.probes().values().stream()
                  .map(
                      s ->
                          s.equals(b)
                              ? new ProbeResult.Answered(
                                  b.server(),
                                  b.uuid(),
                                  false,
                                  true,
                                  odd,
                                  List.of(),
                                  b.lacks(),
                                  b.differences(),
                                  List.of())
                              : s)
                  .toList();
          return ShardSnapshot.of(probes, snapshot.kept());
        });

    assertThat(story.primary()).contains(World.at("a"));
    assertThat(story.status().headline()).startsWith("1 of 2 replicas");
    assertThat(story.status().members())
        .anySatisfy(
            member -> {
              assertThat(member.server()).isEqualTo(World.at("b"));
              assertThat(member.note())
                  .isEqualTo("receiver from a source without an address is CONNECTING");
            });
  }

  /** Time passes, timers fire, and each look comes to nothing. */
  private static void blind(Story story, Blindness blindness, Duration duration) {
    Instant end = story.now.plus(duration);
    while (true) {
      while (!story.effects.isEmpty()) {
        if (story.effects.removeFirst() instanceof FailoverEffect.Observe observe) {
          FailoverInput answer = blindness.answer().apply(observe);
          if (answer != null) {
            story.receive(answer);
          }
        }
      }
      var wake = story.machine.wakeAt(story.state).filter(at -> !at.isAfter(end));
      if (wake.isEmpty()) {
        break;
      }
      story.now = wake.get().isAfter(story.now) ? wake.get() : story.now;
      story.receive(new FailoverInput.TimerFired());
    }
    story.now = end;
  }
}
