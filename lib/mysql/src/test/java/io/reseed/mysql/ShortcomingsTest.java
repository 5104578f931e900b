package io.reseed.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.fleet.SettingDifference;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShortcomingsTest {
  @ParameterizedTest
  @CsvSource({
    "max_connections, 151, 700, true",
    "max_connections, 700, 151, false",
    "innodb_buffer_pool_size, 134217728, 8589934592, true",
    "innodb_buffer_pool_size, 8053063680, 8589934592, false",
    "innodb_buffer_pool_size, 17179869184, 8589934592, false",
    "innodb_buffer_pool_size, much, 8589934592, true",
    "sql_mode, ANSI_QUOTES, STRICT_TRANS_TABLES, true",
    "plugins, '', group_replication, true",
    "wait_timeout, 28800, 28800, false"
  })
  void whatAReplicaHasMoreOfIsNoShortcoming(
      String setting, String value, String primaryValue, boolean counts) {
    Map<String, String> all = new HashMap<>();
    ServerSettings.names().forEach(name -> all.put(name, "1"));
    all.put(setting, primaryValue);
    ServerSettings primary = new ServerSettings(all);
    all.put(setting, value);
    ServerSettings replica = new ServerSettings(all);

    SettingDifference difference = new SettingDifference(setting, value, primaryValue);
    assertThat(replica.shortcomingsBeside(primary, Set.of()).contains(difference))
        .isEqualTo(counts);
    assertThat(replica.shortcomingsBeside(primary, Set.of(setting))).isEmpty();
    assertThat(replica.differencesFrom(primary)).hasSize(value.equals(primaryValue) ? 0 : 1);
  }

  @Test
  void namesThatAreNotComparedAreRefused() {
    assertThat(ServerSettings.requireNames("reseed.some.key", Set.of("sql_mode")))
        .containsExactly("sql_mode");
    assertThatThrownBy(() -> ServerSettings.requireNames("reseed.some.key", Set.of("server_id")))
        .hasMessageContaining("reseed.some.key names server_id")
        .hasMessageContaining("max_connections");
  }
}
