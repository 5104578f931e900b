package io.reseed.failover.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.fleet.FailureClass;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a clock says that is wrong by so much changes no decision. Within a process the clock does
 * not jump; so it is another one after the shard was taken up anew.
 */
class ClockJumpTest {
  private static final Pattern TIMES =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z|\\d{8}T\\d{9}Z|lagMillis=\\w+");

  /**
   * A failover, a repair with a failed attempt, a lost replica and a claim that comes to nothing.
   */
  private static final List<Consumer<Story>> STEPS =
      List.of(
          story -> story.world.kill("c"),
          story -> story.seconds(10),
          story -> story.seconds(40),
          story -> story.failed(story.onlySeeding(), "X", FailureClass.TRANSIENT),
          story -> story.seconds(12),
          story -> story.restored(story.onlySeeding()),
          story -> story.caughtUp(story.onlySeeding()),
          story -> story.kept(story.onlySeeding()),
          story -> story.claim("a", null).settle(),
          story -> story.seconds(90),
          story -> story.world.kill("a").promote("b"),
          story -> story.claim("a", "b").settle(),
          story -> story.seconds(5),
          story -> story.seconds(90));

  private static List<String> told(int jumpsBefore, Duration jump) {
    Story story = Story.wholeShard();
    List<String> decided = new ArrayList<>();
    for (int i = 0; i < STEPS.size(); i++) {
      if (i == jumpsBefore) {
        story.now = story.now.plus(jump);
        story.restart().settle();
      }
      STEPS.get(i).accept(story);
      decided.add("step " + i);
      story.events.stream()
          .filter(event -> !(event instanceof FailoverEvent.StatusPublished))
          .forEach(event -> decided.add(timeless(event)));
      decided.add(timeless(story.status()));
      story.events.clear();
    }
    return decided;
  }

  private static String timeless(Object said) {
    return TIMES.matcher(said.toString()).replaceAll("T");
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
}
