package io.reseed.catchup;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.reseed.coordinator.Decision;
import io.reseed.coordinator.StateCodec;
import io.reseed.events.BackupRestored;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingAssigned.Goal;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.codec.EventJson;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.SettingDifference;
import io.reseed.fleet.ShardName;
import io.reseed.mysql.replication.CatchUp;
import io.reseed.testkit.GoldenDocuments;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells a machine one input after the other and remembers what it decided. */
final class Story {
  static final String SEEDING = "replica-commerce_-80-1";
  static final ServerAddress OLD_PRIMARY = ServerAddress.parse("10.0.0.1:3306");
  static final ServerAddress NEW_PRIMARY = ServerAddress.parse("10.0.0.2:3306");
  static final ServerAddress SERVER = ServerAddress.parse("10.0.0.9:3306");
  static final String UUID = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
  static final CatchUpPolicy POLICY =
      new CatchUpPolicy(
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofSeconds(60),
          Duration.ofSeconds(10),
          new CatchUp.Bound(1_000, 2),
          Set.of("sql_mode"));
  private static final StateCodec<CatchUpState> CODEC =
      StateCodec.json(
          JsonMapper.builder().addModule(EventJson.types()).build(),
          CatchUpState.class,
          CatchUpState.VERSION);

  private final CatchUpMachine machine = new CatchUpMachine(POLICY);
  private final List<CatchUpEvent> events = new ArrayList<>();
  private final List<CatchUpEffect> effects = new ArrayList<>();
  private final Set<String> transitions = new HashSet<>();
  private CatchUpState state = machine.initial("commerce/-80");
  private Instant now = Instant.parse("2026-11-21T02:00:00Z");

  Story tell(CatchUpInput input) {
    Decision<CatchUpEvent, CatchUpEffect> decision = machine.decide(state, input, now);
    for (CatchUpEvent event : decision.events()) {
      CatchUpState before = state;
      state = machine.apply(state, event);
      note(before, event.seeding());
    }
    events.addAll(decision.events());
    effects.clear();
    effects.addAll(decision.effects());
    byte[] stored = CODEC.encode(state);
    state = CODEC.decode(stored); // whatever is kept must survive its changelog
    GoldenDocuments.offer(Story.class, "states", stored);
    return this;
  }

  private void note(CatchUpState before, String seeding) {
    if (before.pursuit(seeding).isPresent() && state.pursuit(seeding).isPresent()) {
      transitions.add(
          before.pursuit(seeding).get().getClass().getSimpleName()
              + " → "
              + state.pursuit(seeding).get().getClass().getSimpleName());
    }
  }

  Story after(Duration time) {
    now = now.plus(time);
    return this;
  }

  Story assigned(int attempt, ServerAddress source) {
    return assigned(attempt, source, Goal.MAKE);
  }

  Story assigned(int attempt, ServerAddress source, Goal goal) {
    return assigned(
        attempt,
        source,
        goal,
        goal == Goal.KEEP ? SeedingPurpose.REPLICA : SeedingPurpose.VALIDATION);
  }

  Story assigned(int attempt, ServerAddress source, Goal goal, SeedingPurpose purpose) {
    return tell(
        new CatchUpInput.Assigned(
            new SeedingAssigned(
                ShardName.parse("commerce/-80"),
                SEEDING,
                attempt,
                purpose,
                goal,
                "host-" + attempt,
                source,
                source,
                new SeedingOrigin.Backup("backup-1"),
                "folder-" + attempt)));
  }

  Story restored(int attempt) {
    return tell(
        new CatchUpInput.Restored(
            new BackupRestored(
                ShardName.parse("commerce/-80"),
                SEEDING,
                attempt,
                SeedingPurpose.REPLICA,
                "host-" + attempt,
                SERVER,
                UUID,
                new SeedingOrigin.Backup("backup-1"),
                UUID + ":1-10",
                1_000,
                2_000,
                300)));
  }

  Story attached(int attempt, ServerAddress source) {
    return tell(new CatchUpInput.Attached(token(attempt, source), gtids(20), gtids(10)));
  }

  Story sampled(int executed, @Nullable Long lagMillis, @Nullable Failure error) {
    return tell(new CatchUpInput.Sampled(token(1, OLD_PRIMARY), gtids(executed), lagMillis, error));
  }

  Story compared(SettingDifference... differences) {
    return tell(new CatchUpInput.Compared(token(1, OLD_PRIMARY), List.of(differences)));
  }

  static CatchUpInput.Token token(int attempt, ServerAddress source) {
    return new CatchUpInput.Token(SEEDING, attempt, source.toString());
  }

  static String gtids(int last) {
    return UUID + ":1-" + last;
  }

  static Failure failure(FailureClass failureClass) {
    return new Failure("SOME_CODE", failureClass, "something happened", "do something");
  }

  Story timer() {
    return tell(new CatchUpInput.TimerFired());
  }

  CatchUpState state() {
    return state;
  }

  Pursuit pursuit() {
    return state.pursuit(SEEDING).orElseThrow();
  }

  Instant now() {
    return now;
  }

  /** What the last input called for. */
  List<CatchUpEffect> effects() {
    return List.copyOf(effects);
  }

  <T extends CatchUpEvent> List<T> events(Class<T> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  Set<String> transitions() {
    return transitions;
  }
}
