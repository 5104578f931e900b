package io.reseed.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class KafkaBrokerFailureTest {
  @Test
  void aBrokerThatCannotStartSaysWhy() {
    try (Scratch scratch = Scratch.folder("broken")) {
      assertThatThrownBy(
              () -> KafkaBroker.start(scratch.path(), Map.of("socket.request.max.bytes", "many")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("socket.request.max.bytes");
    }
  }
}
