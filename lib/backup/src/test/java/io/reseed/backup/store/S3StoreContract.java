package io.reseed.backup.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a store behind S3's language must do besides. */
abstract class S3StoreContract extends ObjectStoreContract {
  /** The store, of which every page of a listing has three objects. */
  abstract ObjectStore pagingByThree();

  @Test
  void aListingOfSeveralPagesHasEveryObjectOnce() {
    List<String> keys = IntStream.range(0, 8).mapToObj(i -> "pages/" + i).toList();
    keys.forEach(key -> store().put(key, bytes("x")));

    List<String> listed = new ArrayList<>();
    try (ObjectStore paging = pagingByThree()) {
      paging.list("pages/", info -> listed.add(info.key()));
    }

    assertThat(listed).isEqualTo(keys);
  }
}
