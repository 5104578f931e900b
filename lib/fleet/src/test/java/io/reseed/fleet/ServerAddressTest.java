package io.reseed.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ServerAddressTest {
  private static List<String> listed(String sign) throws IOException {
    try (var list =
        Objects.requireNonNull(ServerAddressTest.class.getResourceAsStream("addresses.txt"))) {
      return new String(list.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith(sign + " "))
          .map(line -> line.substring(2))
          .toList();
    }
  }

  static Stream<String> addresses() throws IOException {
    return listed("+").stream();
  }

  static Stream<String> others() throws IOException {
    return Stream.concat(Stream.of(""), listed("-").stream());
  }

  @ParameterizedTest
  @MethodSource("addresses")
  void printsWhatItReads(String text) {
    ServerAddress address = ServerAddress.parse(text);
    assertThat(address).hasToString(text);
    assertThat(ServerAddress.reported(address.host(), address.port())).contains(address);
    assertThat(ServerAddress.requireHost("host", address.host())).isEqualTo(address.host());
  }

  @ParameterizedTest
  @MethodSource("others")
  void refusesWhatIsNoAddress(String text) {
    assertThatThrownBy(() -> ServerAddress.parse(text)).isInstanceOf(InvalidFieldException.class);
  }

  @Test
  void namesTheFieldOfAHostThatIsNone() {
    assertThatThrownBy(() -> ServerAddress.requireHost("reseed.host.address", "a b"))
        .isInstanceOf(InvalidFieldException.class)
        .hasMessage("field 'reseed.host.address' has no valid host name: 'a b'");
    assertThat(ServerAddress.reported("db", 0)).isEmpty();
    assertThat(ServerAddress.reported("", 3306)).isEmpty();
  }
}
