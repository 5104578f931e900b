package io.reseed.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every other test stands on this; alone it is looked at in long runs. */
@Tag("long")
class SharedPartsTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();

  @Test
  void namesCarryTheTestClass() {
    assertThat(KAFKA.topic("primary-failed")).matches("shared-parts-test-\\d+-primary-failed");
    assertThat(S3.bucket()).startsWith("shared-parts-test-");
  }

  @Test
  void anExtensionThatWasNotRegisteredSaysSo() {
    assertThatThrownBy(() -> KafkaExtension.shared().broker())
        .hasMessageContaining("register the extension on a static field");
    assertThatThrownBy(() -> S3Extension.shared().front())
        .hasMessageContaining("register the extension on a static field");
  }

  @Nested
  @ExtendWith({KafkaExtension.class, S3Extension.class})
  class InAnotherClass {
    @Test
    void theSameBrokerAndServiceAreInjected(KafkaBroker broker, S3Front front) {
      assertThat(broker).isSameAs(KAFKA.broker());
      assertThat(front).isSameAs(S3.front());
    }
  }
}
