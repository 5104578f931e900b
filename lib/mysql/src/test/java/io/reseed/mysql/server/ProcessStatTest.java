package io.reseed.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessStatTest {
  private static final String FIELDS =
      "1 4711 4711 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 38 0 987654321 0 0 18446744073709551615";

  @Test
  void readsPastAnyName() {
    ProcessStat stat = ProcessStat.parse("4711 (my) S (sqld) S " + FIELDS);
    assertThat(stat).isEqualTo(new ProcessStat('S', "987654321"));
  }

  @Test
  void readsThisProcess() throws IOException {
    ProcessStat stat = ProcessStat.parse(Files.readString(Path.of("/proc/self/stat")));
    assertThat(stat.isLiving()).isTrue();
    assertThat(Long.parseLong(stat.startTime())).isPositive();
  }

  @ParameterizedTest
  @ValueSource(chars = {'R', 'S', 'D', 'T', 't', 'I'})
  void lives(char state) {
    assertThat(ProcessStat.parse("1 (mysqld) " + state + " " + FIELDS).isLiving()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(chars = {'Z', 'X', 'x'})
  void isGone(char state) {
    assertThat(ProcessStat.parse("1 (mysqld) " + state + " " + FIELDS).isLiving()).isFalse();
  }
}
