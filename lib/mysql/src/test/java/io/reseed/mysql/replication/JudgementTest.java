package io.reseed.mysql.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.MysqlHints;
import io.reseed.mysql.ReplicaChannel;
import io.reseed.mysql.ReplicaChannel.ReceiverState;
import io.reseed.mysql.ReplicationErrors;
import io.reseed.mysql.ServerObservation;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.mysql.replication.CatchUp.Bound;
import io.reseed.mysql.replication.CatchUp.Progress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JudgementTest {
  private static final String UUID = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

  private static GtidSet upTo(long last) {
    return GtidSet.parse(UUID + ":1-" + last);
  }

  private static List<OptionalLong> lags(long... millis) {
    return Arrays.stream(millis)
        .mapToObj(lag -> lag < 0 ? OptionalLong.empty() : OptionalLong.of(lag))
        .toList();
  }

  @Test
  void caughtUpNeedsTheTargetAndSeveralSmallLags() {
    Bound bound = new Bound(1_000, 3);
    assertThat(CatchUp.caughtUp(upTo(10), upTo(10), lags(9_000, 0, 500, 1_000), bound)).isTrue();
    assertThat(CatchUp.caughtUp(upTo(9), upTo(10), lags(0, 0, 0), bound)).isFalse();
    assertThat(CatchUp.caughtUp(upTo(10), upTo(10), lags(0, 0), bound)).isFalse();
    assertThat(CatchUp.caughtUp(upTo(10), upTo(10), lags(0, 1_001, 0), bound)).isFalse();
    assertThat(CatchUp.caughtUp(upTo(10), upTo(10), lags(0, 0, -1), bound)).isFalse();
  }

  @Test
  void progressCountsOnlyWhatIsBetweenBeginAndTarget() {
    assertThat(CatchUp.progress(upTo(10), upTo(15), upTo(30))).isEqualTo(new Progress(5, 20));
    assertThat(CatchUp.progress(upTo(10), upTo(40), upTo(30)).remaining()).isZero();
    assertThat(CatchUp.progress(upTo(10), upTo(10), upTo(5))).isEqualTo(new Progress(0, 0));
  }

  @Test
  void theBestCandidateKnowsEverythingThatAnyKnows() {
    ServerObservation behind = server(1, upTo(5), upTo(5), true);
    ServerObservation retrieved = server(2, upTo(4), upTo(9), true);
    ServerObservation applied = server(3, upTo(9), upTo(9), true);
    assertThat(PromotionCheck.bestCandidate(List.of(behind, retrieved, applied))).contains(applied);
    assertThat(PromotionCheck.bestCandidate(List.of(behind, retrieved))).contains(retrieved);
    ServerObservation errant =
        server(4, GtidSet.parse("4e11fa47-71ca-11e1-9e33-c80aa9429562:1"), GtidSet.EMPTY, true);
    assertThat(PromotionCheck.bestCandidate(List.of(applied, errant))).isEmpty();
    assertThat(PromotionCheck.bestCandidate(List.of())).isEmpty();
  }

  @Test
  void aPrimaryIsWritableAloneAndLacksNothing() {
    ServerObservation primary = server(1, upTo(9), GtidSet.EMPTY, false);
    ServerObservation replica = server(2, upTo(7), upTo(9), true);
    ServerObservation ahead = server(3, upTo(7), upTo(12), true);
    assertThat(PromotionCheck.judge(primary, List.of(primary, replica)).fit()).isTrue();
    PromotionCheck.Verdict lacking = PromotionCheck.judge(primary, List.of(replica, ahead));
    assertThat(lacking.fit()).isFalse();
    assertThat(lacking.lacks()).isEqualTo(Map.of(ahead.address(), GtidSet.parse(UUID + ":10-12")));
    PromotionCheck.Verdict stillReplica = PromotionCheck.judge(replica, List.of(primary));
    assertThat(stillReplica.writable()).isFalse();
    assertThat(stillReplica.replicates()).isTrue();
  }

  private static ServerObservation server(
      int number, GtidSet executed, GtidSet retrieved, boolean replica) {
    ServerAddress address = new ServerAddress("db" + number, 3306);
    Optional<ReplicaChannel> channel =
        Optional.of(
                new ReplicaChannel(
                    Optional.of(new ServerAddress("source", 3306)),
                    "",
                    "replication",
                    true,
                    ReceiverState.RUNNING,
                    true,
                    Optional.empty(),
                    Optional.empty(),
                    retrieved,
                    OptionalLong.of(0)))
            .filter(_ -> replica);
    return new ServerObservation(
        address,
        "uuid-" + number,
        number,
        "9.7.4",
        replica,
        replica,
        executed,
        GtidSet.EMPTY,
        channel,
        List.of(),
        List.of());
  }

  @ParameterizedTest
  @CsvSource({
    "2003, Can't connect, REPLICATION_NETWORK, TRANSIENT",
    "2005, Unknown host, REPLICATION_NETWORK, TRANSIENT",
    "2013, Lost connection, REPLICATION_NETWORK, TRANSIENT",
    "1045, Access denied, ACCESS_DENIED, OPERATOR_MUST_ACT",
    "2026, SSL connection error, TLS_FAILED, OPERATOR_MUST_ACT",
    "1236, the source has purged required binary logs, BINLOG_GAP, TRANSIENT",
    "1236, replica has more GTIDs than the source has, ERRANT_TRANSACTIONS, BAD_BACKUP",
    "1236, something new, REPLICATION_UNKNOWN, OPERATOR_MUST_ACT",
    "13114, the source has purged required binary logs, BINLOG_GAP, TRANSIENT",
    "1062, Duplicate entry, APPLY_CONFLICT, BAD_BACKUP",
    "1032, Can't find record, APPLY_CONFLICT, BAD_BACKUP",
    "1146, Table doesn't exist, APPLY_CONFLICT, BAD_BACKUP",
    "1213, Deadlock found, APPLY_CONTENTION, TRANSIENT",
    "1872, Replica failed to initialize, RELAY_LOG_UNUSABLE, TRANSIENT",
    "1593, source and replica have equal MySQL server UUIDs, DUPLICATE_SERVER_ID,"
        + " OPERATOR_MUST_ACT",
    "4711, unheard of, REPLICATION_UNKNOWN, OPERATOR_MUST_ACT",
  })
  void classifiesErrors(int errno, String text, FailureCode code, FailureClass failureClass) {
    assertThat(ReplicationErrors.classify(errno, text).code()).isEqualTo(code);
    assertThat(code.failureClass()).isEqualTo(failureClass);
    assertThat(MysqlHints.of(code)).isNotBlank();
  }
}
