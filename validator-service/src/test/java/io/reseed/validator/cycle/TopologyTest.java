package io.reseed.validator.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.ShardStatus;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TopologyTest {

  private static Topology of(ShardStatus.Condition condition, @Nullable Failure failure) {
    ShardStatus.Member primary =
        new ShardStatus.Member(
            Story.PRIMARY,
            ShardStatus.Role.PRIMARY,
            ShardStatus.Health.HEALTHY,
            null,
            null,
            null,
            null);
    return Topology.of(
        new ShardStatus(
            Story.SHARD,
            condition,
            "headline",
            failure,
            Story.PRIMARY,
            1,
            List.of(primary),
            List.of(),
            Story.MADE_AT));
  }

  private static Failure failure(String code) {
    return Story.failure(code, FailureClass.OPERATOR_MUST_ACT);
  }

  @Test
  void seesThatNoBackupFitsThePresentPrimary() {
    assertThat(of(ShardStatus.Condition.BLOCKED, failure("NO_BACKUP")).noBackupFits()).isTrue();
    assertThat(of(ShardStatus.Condition.BLOCKED, failure("NO_HOST")).noBackupFits()).isFalse();
    assertThat(of(ShardStatus.Condition.BLOCKED, null).noBackupFits()).isFalse();
    assertThat(of(ShardStatus.Condition.WHOLE, null).noBackupFits()).isFalse();
  }

  @Test
  void takesNoPrimaryOfAShardThatHasNoVerifiedOne() {
    assertThat(of(ShardStatus.Condition.NO_PRIMARY, failure("X")).primary()).isNull();
    assertThat(of(ShardStatus.Condition.REPAIRING, null).primary()).isEqualTo(Story.PRIMARY);
  }
}
