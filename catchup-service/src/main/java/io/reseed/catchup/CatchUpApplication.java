package io.reseed.catchup;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.reseed.coordinator.ShardService;
import io.reseed.coordinator.StateCodec;
import io.reseed.events.codec.EventJson;
import io.reseed.fleet.ConfigProblems;
import io.reseed.kafka.EventTopics;
import io.reseed.service.Coordinators;
import io.reseed.service.ServersConfig;
import io.reseed.service.Service;
import io.reseed.service.ServiceIdentity;
import io.reseed.service.ServiceParts;
import jakarta.inject.Singleton;

/** The service: one coordinator. */
@Singleton
class CatchUpApplication implements Service {
  private final CatchUpConfig config;

  CatchUpApplication(CatchUpConfig config) {
    this.config = config;
  }

  @Override
  public ServiceIdentity identity() {
    return ServiceIdentity.of("catchup-service", config.instance(), config.kafka());
  }

  @Override
  public void check(ConfigProblems problems) {
    problems
        .check(() -> CatchUpConfig.accounts(config.mysql()))
        .check(() -> CatchUpConfig.policy(config.catchup()));
  }

  @Override
  public void open(ServiceParts parts) throws InterruptedException {
    config
        .mysql()
        .accounts()
        .forEach((cluster, accounts) -> ServersConfig.warn(cluster, accounts.servers()));
    EventTopics topics = identity().topics();
    JsonMapper mapper = JsonMapper.builder().addModule(EventJson.types()).build();
    Coordinators.start(
        parts,
        config.kafka(),
        new ShardService<>(
                identity().applicationId(),
                new CatchUpMachine(CatchUpConfig.policy(config.catchup())),
                CatchUpInputs.of(topics),
                new CatchUpPublisher(topics),
                topics.deadLetters(),
                StateCodec.json(mapper, CatchUpState.class, CatchUpState.VERSION),
                new CatchUpWorker(CatchUpConfig.accounts(config.mysql())))
            .comparedWith(CatchUpInputs.rosters(topics)));
  }
}
