package io.reseed.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CredentialsTest {
  @Test
  void hideThePassword() {
    assertThat(Fleet.account("agent", "top-secret").toString())
        .contains("agent")
        .doesNotContain("top-secret");
  }
}
