package io.reseed.catchup;

import static io.reseed.catchup.Story.OLD_PRIMARY;
import static io.reseed.catchup.Story.SEEDING;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.fleet.FailureClass;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A clock that is wrong by so much, or weeks in which nobody listened, change no decision. */
class CatchUpPresentTest {
  private static final Pattern TIMES =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z|durationMillis=\\d+|\\w+Millis=\\d+");

  private static final List<Consumer<Story>> STEPS =
      List.of(
          story -> story.assigned(1, OLD_PRIMARY),
          story -> story.restored(1),
          story ->
              story.tell(
                  new CatchUpInput.AttachRefused(
                      Story.token(1, OLD_PRIMARY), Story.failure(FailureClass.TRANSIENT), false)),
          story -> story.after(Duration.ofSeconds(2)).timer(),
          story -> story.attached(1, OLD_PRIMARY),
          story -> story.after(Duration.ofSeconds(1)).timer(),
          story ->
              story.tell(
                  new CatchUpInput.SampleMissed(
                      Story.token(1, OLD_PRIMARY), Story.failure(FailureClass.TRANSIENT))),
          story -> story.after(Duration.ofSeconds(1)).sampled(15, 100L, null),
          story -> story.after(Duration.ofSeconds(20)).sampled(15, 100L, null),
          story -> story.after(Duration.ofSeconds(1)).sampled(20, 100L, null),
          story -> story.after(Duration.ofSeconds(1)).sampled(20, 100L, null));

  private static List<String> told(int step, Duration jump) {
    Story story = new Story();
    for (int i = 0; i < STEPS.size(); i++) {
      if (i == step) {
        story.after(jump).tell(new CatchUpInput.Resumed());
      }
      STEPS.get(i).accept(story);
    }
    List<String> decided = new ArrayList<>();
    story
        .events(CatchUpEvent.class)
        .forEach(event -> decided.add(TIMES.matcher(event.toString()).replaceAll("T")));
    return decided;
  }

  @ParameterizedTest
  @ValueSource(ints = {-3600, 3600, 30 * 86_400})
  void theSameIsDecidedAtEachStep(int jumpSeconds) {
    for (int step = 0; step < STEPS.size(); step++) {
      assertThat(told(step, Duration.ofSeconds(jumpSeconds)))
          .as("before step " + step)
          .containsExactlyElementsOf(told(step, Duration.ZERO));
    }
  }

  @Test
  void whatIsAssignedNoLongerIsForgottenAndWhatIsAssignedIsTakenUp() {
    Story story = new Story().assigned(1, OLD_PRIMARY).restored(1);
    CatchUpInput.Assigned said =
        new CatchUpInput.Assigned(((Pursuit.Attaching) story.pursuit()).assignment());

    assertThat(CatchUpInputs.missed(story.state(), List.of(said))).isEmpty();
    assertThat(CatchUpInputs.missed(story.state(), List.of()))
        .containsExactly(new CatchUpInput.Withdrawn(SEEDING));
    assertThat(CatchUpInputs.missed(CatchUpState.EMPTY, List.of(said))).containsExactly(said);
  }
}
