package io.reseed.validator.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.reseed.coordinator.StateCodec;
import io.reseed.events.CycleKind;
import io.reseed.events.codec.EventJson;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Documents that lack what came later. */
class StoredStateTest {
  private static final StateCodec<CycleState> CODEC =
      StateCodec.json(
          JsonMapper.builder().addModule(EventJson.types()).build(),
          CycleState.class,
          CycleState.VERSION);

  private static final String PLAN =
      """
      {"seeding":"cycle-commerce_-80-20261121T020000000Z","begunAt":"2026-11-21T02:00:00Z",\
      "reason":"it has no usable backup","attempt":1,"failures":1,"hostsFailed":["backup-1"],\
      "donorsFailed":["10.0.0.2:3306"],"lastFailure":{"code":"X","failureClass":"TRANSIENT",\
      "message":"m","hint":"h"}}\
      """;

  private static CycleState read(String cycle) {
    String document =
        """
        {"version":1,"state":{"topology":{"shard":"commerce/-80","primary":"10.0.0.1:3306","replicasDesired":2,\
        "servers":[{"address":"10.0.0.1:3306","role":"PRIMARY","health":"HEALTHY"}]},\
        "listing":{"known":true,"backups":[{"backup":"b1","degree":"CREATED","gtidSet":"",\
        "bytesRaw":1,"bytesStored":1,"createdAt":"2026-11-21T01:00:00Z","note":null}],\
        "failure":null,"look":3,"nextReadAt":"2026-11-21T02:05:00Z"},"cycle":%s,\
        "counters":{"backupsMade":1,"attemptsFailed":2,"cyclesFailed":3}}}"""
            .formatted(cycle);
    return CODEC.decode(document.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aRestingShardIsRead() {
    CycleState state = read("{\"state\":\"idle\"}");
    assertThat(state.schedule()).isEqualTo(Schedule.EMPTY);
    assertThat(state.verdicts()).isEqualTo(PendingVerdicts.NONE);
    assertThat(state.counters().cyclesFailed()).isEqualTo(3);
    assertThat(state.counters().condemned()).isZero();
    assertThat(state.counters().stages()).isEmpty();
    assertThat(state.backups().anyUsable()).isTrue();
    assertThat(new CycleMachine(Story.POLICY).wakeAt(state)).isPresent();
  }

  @Test
  void aCycleInFlightIsReadAsTheFreshOneThatItWas() {
    CycleState state =
        read(
            """
            {"state":"snapshotting","plan":%s,"assignment":{"shard":"commerce/-80",\
            "seeding":"cycle-commerce_-80-20261121T020000000Z","attempt":1,\
            "purpose":"VALIDATION","goal":"SNAPSHOT","host":"backup-1",\
            "primary":"10.0.0.1:3306","source":"10.0.0.2:3306",\
            "origin":{"kind":"donor","donor":"10.0.0.2:3306"}},\
            "life":{"stage":"SNAPSHOT","timeoutAt":"2026-11-21T02:10:00Z"}}\
            """
                .formatted(PLAN));
    assertThat(state.cycle()).isInstanceOf(Cycle.Snapshotting.class);
    Plan plan = state.cycle().current().orElseThrow();
    assertThat(plan.kind()).isEqualTo(CycleKind.FRESH);
    assertThat(plan.proof()).isEqualTo(Proof.NONE);
    assertThat(plan.failures()).isEqualTo(1);
  }

  @Test
  void aFailedCycleIsFollowedByAFreshOne() {
    CycleState state =
        read(
            """
            {"state":"exhausted","plan":%s,"failure":{"code":"X","failureClass":"TRANSIENT",\
            "message":"m","hint":"h"},"retryAt":"2026-11-21T02:10:00Z"}\
            """
                .formatted(PLAN));
    assertThat(((Cycle.Exhausted) state.cycle()).next()).isEqualTo(CycleKind.FRESH);
  }
}
