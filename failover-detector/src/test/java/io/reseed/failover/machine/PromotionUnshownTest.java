package io.reseed.failover.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A promotion of which nobody told, and that no replica shows. */
class PromotionUnshownTest {
  /** Nothing ties it to the shard: it may be the successor, or one that somebody left writable. */
  @Test
  void theLastServerThatAcceptsWritesIsNamedWithWhatKeepsItFromBeingTaken() {
    Story story = Story.wholeShard();
    story.world.kill("a").kill("b");
    story.world.promote("c");
    story.claim("a", null).settle();

    assertThat(story.code()).isEqualTo("PROMOTION_AWAITED");
    assertThat(story.status().failure())
        .satisfies(
            failure -> {
              assertThat(failure.message()).contains(World.at("c") + " accepts writes");
              assertThat(failure.hint()).contains("--promoted " + World.at("c"));
            });

    story.claim("a", "c").settle();
    assertThat(story.primary()).contains(World.at("c"));
  }
}
