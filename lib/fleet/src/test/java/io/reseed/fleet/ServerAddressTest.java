package io.reseed.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ServerAddressTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "db-1.example:3306",
        "mysql_primary:3306",
        "_x:1",
        "127.0.0.1:1",
        "[::1]:65535",
        "[fe80::1%eth0]:3306"
      })
  void printsWhatItReads(String text) {
    assertThat(ServerAddress.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "db",
        ":3306",
        "db:",
        "db:0",
        "db:65536",
        "db:-1",
        "db:x",
        "::1:3306",
        "d b:1",
        "db/x:1",
        "-db:1",
        "[db]:1",
        "[]:1",
        "[::1:1",
        "db:999999"
      })
  void refusesWhatIsNoAddress(String text) {
    assertThatThrownBy(() -> ServerAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
