package io.reseed.failover.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.ShardStatus;
import io.reseed.events.ShardStatus.Condition;
import io.reseed.events.ShardStatus.Health;
import io.reseed.fleet.SettingDifference;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What members have otherwise than their primary is in the status for as long as it is so. */
class MemberDifferencesTest {
  private static final String ODD = "ANSI_QUOTES";
  private static final String USUAL = "STRICT_TRANS_TABLES";
  private static final SettingDifference DIFFERENCE = new SettingDifference("sql_mode", ODD, USUAL);

  private final Story story = Story.wholeShard();

  @Test
  void areShownWithoutAnyHarmToHealthUntilTheyAreMended() {
    story.world.server("c").sqlMode = ODD;
    story.seconds(10);
    assertThat(of("c").differences()).containsExactly(DIFFERENCE);
    assertThat(of("c").differencesLeftOut()).isNull();
    assertThat(of("c").health()).isEqualTo(Health.HEALTHY);
    assertThat(of("b").differences()).isNull();
    assertThat(of("a").differences()).isNull();
    assertThat(story.condition()).isEqualTo(Condition.WHOLE);

    story.world.server("c").sqlMode = USUAL;
    story.seconds(10);
    assertThat(of("c").differences()).isNull();
  }

  @Test
  void areCountedWhereTheyAreNotShown() {
    story.world.differencesLeftOut = 4;
    story.world.server("c").sqlMode = ODD;
    story.seconds(10);
    assertThat(of("c").differencesLeftOut()).isEqualTo(4);
  }

  @Test
  void stayWhileTheyCannotBeReadAndGoWithTheMember() {
    story.world.server("c").sqlMode = ODD;
    story.seconds(10);
    story.world.server("a").sqlMode = null;
    story.seconds(10);
    assertThat(of("c").differences()).containsExactly(DIFFERENCE);

    story.world.kill("c");
    story.seconds(10);
    assertThat(of("c").differences()).isNull();
  }

  @Test
  void areFromThePresentPrimary() {
    story.world.server("b").sqlMode = ODD;
    story.world.kill("a").promote("b", "c");
    story.claim("a", "b").settle().seconds(4);
    assertThat(of("b").differences()).isNull();
    assertThat(of("c").differences())
        .containsExactly(new SettingDifference("sql_mode", USUAL, ODD));
  }

  @Test
  void ofAFormerPrimaryAreNotTakenForThePresentOnes() {
    story.world.server("c").sqlMode = ODD;
    story.seconds(10);
    story.world.server("b").sqlMode = null;
    story.world.kill("a").promote("b", "c");
    story.claim("a", "b").settle().seconds(4);
    assertThat(of("c").differences()).isNull();
  }

  @Test
  void storeNothingFromLookToLook() {
    story.world.server("c").sqlMode = ODD;
    story.seconds(10);
    FailoverState before = story.state.kept();
    story.seconds(20);
    assertThat(story.state.kept()).isEqualTo(before);
    List<ShardStatus.Member> stored = StatusReport.ageless(story.status(), story.now).members();
    assertThat(stored).anySatisfy(it -> assertThat(it.differences()).contains(DIFFERENCE));
  }

  private ShardStatus.Member of(String name) {
    return story.status().members().stream()
        .filter(member -> member.server().equals(World.at(name)))
        .findFirst()
        .orElseThrow();
  }
}
