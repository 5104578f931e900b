package io.reseed.mysql.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.fleet.ServerAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllowedServersTest {
  @ParameterizedTest
  @CsvSource({
    "10.1.0.0/16, 10.1.255.7, true",
    "10.1.0.0/16, 10.2.0.0, false",
    "10.1.2.128/25, 10.1.2.127, false",
    "10.1.2.128/25, 10.1.2.128, true",
    "10.1.2.3, 10.1.2.3, true",
    "10.1.2.3, 10.1.2.30, false",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, ::1, false",
    "0.0.0.0/0, db.example, false",
    "2001:db8::/32, 2001:db8:ffff::1, true",
    "2001:db8::/32, 2001:DB9::1, false",
    "fe80::/10, fe80::1%eth0, true",
    "::1, 0:0:0:0:0:0:0:1, true",
    // an IPv4 address in IPv6's clothes is that address
    "127.0.0.0/8, ::ffff:127.0.0.1, true",
    // the same number for one program, another one for the next: nobody's address
    "10.0.0.0/8, 010.0.0.1, false",
    "8.0.0.0/8, 010.0.0.1, false",
    "127.0.0.0/8, 2130706433, false",
    "127.0.0.0/8, 0x7f000001, false",
    "127.0.0.0/8, 127.1, false",
    "*.db.example, a.db.example, true",
    "*.db.example, A.DB.Example, true",
    "*.db.example, db.example, false",
    "*.db.example, evil-db.example, false",
    "*.db.example, a.db.example.evil, false",
    "db-1, db-1, true",
    "db-1, db-11, false",
    "DB-1.LAN, db-1.lan, true",
    "*.DB.Example, a.db.example, true",
    "db_1.lan, db_1.lan, true",
    "*.0.0.1, 127.0.0.1, false",
  })
  void admitsWhatItsRulesName(String rule, String host, boolean admitted) {
    AllowedServers allowed = new AllowedServers(List.of("unrelated.example", rule));

    assertThat(allowed.admits(new ServerAddress(host, 3306))).isEqualTo(admitted);
  }

  @Test
  void eachRuleThatIsNoneIsNamed() {
    assertThatThrownBy(
            () ->
                new AllowedServers(
                    List.of("10.0.0.0/8", "10.0.0.0/33", "a b", "db.*.example", "1.2.3/8")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10.0.0.0/33, a b, db.*.example, 1.2.3/8");
    assertThatThrownBy(() -> new AllowedServers(List.of()))
        .hasMessageContaining("no network and no name is allowed");
  }

  @Test
  void ownServersMayBeAnywhere() {
    for (String host : List.of("127.0.0.1", "::1", "db.example")) {
      assertThat(AllowedServers.ANY.admits(new ServerAddress(host, 1))).isTrue();
    }
  }
}
