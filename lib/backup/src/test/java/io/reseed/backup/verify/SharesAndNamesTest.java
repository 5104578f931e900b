package io.reseed.backup.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.TestBackups;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.format.RootedPath;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SharesAndNamesTest {
  @Test
  void everyPackIsInExactlyOneShareAndSharesAreAboutAlike() {
    List<String> packs =
        IntStream.range(0, 3_000)
            .mapToObj(i -> RepositoryLayout.packName(TestBackups.id(i / 100), "0f7tmw2c", i))
            .toList();
    for (String pack : packs) {
      assertThat(IntStream.rangeClosed(1, 7).filter(n -> new Share(n, 7).has(pack)).count())
          .isEqualTo(1);
      assertThat(Share.ALL.has(pack)).isTrue();
    }
    assertThat(packs.stream().filter(new Share(3, 7)::has).count()).isBetween(330L, 530L);
  }

  @Test
  void aShareIsReadAsItIsWritten() {
    assertThat(Share.parse("3/30")).isEqualTo(new Share(3, 30)).hasToString("3/30");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "3", "0/3", "4/3", "1/0", "-1/3", "1/2/3", "a/b", "1/1000000"})
  void whatIsNoShareIsRefused(String text) {
    assertThatThrownBy(() -> Share.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "shop/orders.ibd, shop.orders",
    "shop/orders#p#p2024.ibd, shop.orders",
    "shop/orders#P#p1#SP#s2.ibd, shop.orders",
    "caf@00e9/my@002dtable.ibd, café.my-table",
    "elsewhere/shop/orders.ibd, shop.orders",
    "shop/orders_412.sdi, shop.orders",
    "ibdata1,",
    "mysql.ibd,",
    "undo_001,",
    "ts_general.ibd,",
    "shop/db.opt,",
  })
  void aTableIsToldFromItsPath(String path, String table) {
    assertThat(TableName.of(new RootedPath("data", path))).isEqualTo(table);
  }
}
