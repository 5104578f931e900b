package io.reseed.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.fleet.FailureCode;
import io.reseed.kafka.DeadLetters;
import io.reseed.kafka.Decoded;
import io.reseed.kafka.InputTopic;
import io.reseed.kafka.Publication;
import io.reseed.kafka.RejectedRecord;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class RecordIntakeTest {
  private static final InputTopic<String> TOPIC =
      InputTopic.fromOutsiders(
          "primary-failed",
          record ->
              record.offset() % 2 == 0
                  ? new Decoded.Rejected<>(FailureCode.MALFORMED_JSON, "no JSON")
                  : new Decoded.Rejected<>(FailureCode.INVALID_FIELD, "no shard"));

  private static final DeadLetters LETTERS =
      new DeadLetters() {
        @Override
        public String topic() {
          return "dead-letters";
        }

        @Override
        public Publication letter(RejectedRecord rejected) {
          return Publication.of(topic(), "key", Map.of(), new byte[10]);
        }
      };

  /** Each gets its dead letter, and the log a line of each kind: two tasks, one reader. */
  @Test
  void malformedRecordsByTheThousandMakeAFewLines() {
    Counters counters = new Counters();
    RuntimeConfig.Limits limits = RuntimeConfig.Limits.defaults();
    RecordIntake<String> one = new RecordIntake<>(LETTERS, limits, counters);
    RecordIntake<String> other = new RecordIntake<>(LETTERS, limits, counters);
    PrintStream err = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, UTF_8));
    try {
      for (int i = 0; i < 5_000; i++) {
        refuse(i % 4 < 2 ? one : other, i);
      }
    } finally {
      System.setErr(err);
    }

    assertThat(counters.deadLetters.sum()).isEqualTo(5_000);
    assertThat(log.toString(UTF_8).lines().filter(line -> line.contains("record rejected")))
        .hasSize(2);
  }

  private static void refuse(RecordIntake<String> intake, long offset) {
    Provenance.Original original =
        new Provenance.Original(
            new ConsumerRecord<>("primary-failed", 0, offset, new byte[0], new byte[] {'{'}), 0);
    if (intake.read(TOPIC, original, Instant.EPOCH)
        instanceof RecordIntake.Reading.Bad<String>(RejectedRecord rejected)) {
      assertThat(intake.letter(rejected)).isNotNull();
    } else {
      throw new AssertionError("the record was read");
    }
  }
}
