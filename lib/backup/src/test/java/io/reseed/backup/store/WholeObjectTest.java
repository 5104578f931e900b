package io.reseed.backup.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.MemoryStore;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Small objects are replaced (verdicts, wrapped keys) while others read them. */
class WholeObjectTest {
  private static final String KEY = "verdict";

  private final MemoryStore memory = new MemoryStore();
  private Runnable afterHead = () -> {};
  private final ObjectStore store =
      new ForwardingStore(memory) {
        @Override
        public Optional<ObjectInfo> head(String key) {
          Optional<ObjectInfo> found = memory.head(key);
          afterHead.run();
          return found;
        }
      };

  WholeObjectTest() {
    put("the former content");
  }

  @Test
  void whatIsReplacedBySomethingShorterMeanwhileIsReadAsItIsThen() {
    afterHead = () -> put("next");
    assertThat(store.get(KEY, 100))
        .hasValueSatisfying(bytes -> assertThat(bytes).asString(UTF_8).isEqualTo("next"));
  }

  @Test
  void whatIsRemovedMeanwhileIsNotThere() {
    afterHead = () -> memory.delete(KEY);
    assertThat(store.get(KEY, 100)).isEmpty();
  }

  @Test
  void whatIsShorterThanTheStoreSaysIsFoundOut() {
    ObjectStore lying =
        new ForwardingStore(memory) {
          @Override
          public Optional<ObjectInfo> head(String key) {
            return memory
                .head(key)
                .map(info -> new ObjectInfo(key, 50, info.etag(), info.modifiedAt()));
          }
        };
    assertThatThrownBy(() -> lying.get(KEY, 100))
        .isInstanceOfSatisfying(
            FailureException.class,
            failure -> assertThat(failure.code()).isEqualTo(FailureCode.OBJECT_TOO_SHORT));
  }

  @Test
  void whatIsReplacedAllTheTimeIsGivenUp() {
    afterHead = () -> put("x".repeat((int) memory.head(KEY).orElseThrow().sizeBytes() - 1));
    assertThatThrownBy(() -> store.get(KEY, 100)).isInstanceOf(FailureException.class);
  }

  private void put(String content) {
    memory.put(KEY, ByteBuffer.wrap(content.getBytes(UTF_8)));
  }
}
