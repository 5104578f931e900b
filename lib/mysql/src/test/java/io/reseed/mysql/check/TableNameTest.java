package io.reseed.mysql.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;

final class TableNameTest {
  @Property
  void everyTableIsDueOnceInAnyFullRound(
      @ForAll @NotEmpty String schema,
      @ForAll @NotEmpty String table,
      @ForAll @LongRange(max = 1L << 40) long from,
      @ForAll @IntRange(min = 1, max = 60) int cycles) {
    TableName name = new TableName(schema, table);
    assertThat(LongStream.range(from, from + cycles).filter(r -> name.isDue(r, cycles)).count())
        .isEqualTo(1);
  }

  @Test
  void theTurnIsTheSameInEveryRelease() {
    // CRC-32 of "shop.orders" by another program.
    assertThat(new TableName("shop", "orders").isDue(3, 7)).isTrue();
  }

  @Test
  void quotesWhatCouldEndAName() {
    assertThat(new TableName("a`b", "c.d\"e").quoted()).isEqualTo("`a``b`.`c.d\"e`");
  }

  @Test
  void refusesWhatIsNoTurn() {
    TableName name = new TableName("a", "b");
    assertThatThrownBy(() -> name.isDue(-1, 3)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> name.isDue(1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TableName("", "b")).isInstanceOf(IllegalArgumentException.class);
  }
}
