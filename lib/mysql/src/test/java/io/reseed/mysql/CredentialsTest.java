package io.reseed.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CredentialsTest {
  @Test
  void hideThePassword() {
    assertThat(new Credentials("agent", "top-secret").toString())
        .contains("agent")
        .doesNotContain("top-secret");
  }
}
