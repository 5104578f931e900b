package io.reseed.failover.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.coordinator.StateCodec;
import io.reseed.failover.StoredStates;
import io.reseed.testkit.GoldenDocuments;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What releases have stored in changelogs is read, and nothing of it gets lost. */
class GoldenStatesTest {
  private static final GoldenDocuments GOLDEN =
      GoldenDocuments.beside(GoldenStatesTest.class, "states");
  private static final StateCodec<FailoverState> CODEC = StoredStates.codec();

  static List<String> documents() {
    return GOLDEN.all();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void aStoredStateIsReadAndWrittenAgainWithAllThatItSaid(String document) {
    byte[] again = CODEC.encode(CODEC.decode(document.getBytes(StandardCharsets.UTF_8)));

    assertThat(GoldenDocuments.lost(document, new String(again, StandardCharsets.UTF_8))).isEmpty();
  }

  @Test
  void everyVariantIsAmongThem() {
    assertThat(GOLDEN.unseen(FailoverState.class, Leadership.class, Phase.class)).isEmpty();
  }
}
