package io.reseed.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    // in lower case, but for the interface of an IPv6 address
    assertThat(address).hasToString(text.replace("DB", "db").replace("FE80", "fe80"));
    assertThat(ServerAddress.reported(address.host(), address.port())).contains(address);
    assertThat(ServerAddress.requireHost("host", address.host())).isEqualTo(address.host());
  }

  @ParameterizedTest
  @CsvSource({
    "DB1:3306, db1:3306, true",
    "Db-1.Example.COM:3306, dB-1.eXample.com:03306, true",
    "My_Primary:3306, my_primary:3306, true",
    "[2001:DB8::A]:3306, [2001:db8::a]:3306, true",
    "[FE80::1%eth0]:3306, [fe80::1%eth0]:3306, true",
    "[fe80::1%Eth0]:3306, [fe80::1%eth0]:3306, false",
    "db1:3306, db1:3307, false",
    "db1:3306, db1.example:3306, false"
  })
  void namesCompareWithoutCase(String one, String other, boolean same) {
    ServerAddress first = ServerAddress.parse(one);
    ServerAddress second = ServerAddress.parse(other);
    assertThat(first.equals(second)).isEqualTo(same);
    assertThat(Set.of(first).contains(second)).isEqualTo(same);
    assertThat(first.compareTo(second) == 0).isEqualTo(same);
    assertThat(ServerAddress.reported(first.host().toUpperCase(Locale.ROOT), first.port()))
        .matches(reported -> first.host().contains("%") || reported.equals(Optional.of(first)));
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
