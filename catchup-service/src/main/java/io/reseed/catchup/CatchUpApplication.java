package io.reseed.catchup;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.reseed.coordinator.ShardService;
import io.reseed.coordinator.StateCodec;
import io.reseed.events.EventJson;
import io.reseed.fleet.ConfigProblems;
import io.reseed.kafka.EventTopics;
import io.reseed.mysql.replication.CatchUp;
import io.reseed.service.AccountConfig;
import io.reseed.service.Coordinators;
import io.reseed.service.Service;
import io.reseed.service.ServiceParts;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.stream.Collectors;

/** The service: one coordinator. */
@Singleton
class CatchUpApplication implements Service {
  private final CatchUpConfig config;

  CatchUpApplication(CatchUpConfig config) {
    this.config = config;
  }

  @Override
  public String name() {
    return "catchup-service";
  }

  @Override
  public String instance() {
    return config.instance();
  }

  @Override
  public void check(ConfigProblems problems) {
    problems.check(() -> policy(config.catchup()));
  }

  @Override
  public void open(ServiceParts parts) throws InterruptedException {
    String prefix = config.kafka().topicPrefix().orElse("");
    EventTopics topics = new EventTopics(prefix, name(), config.instance());
    JsonMapper mapper = JsonMapper.builder().addModule(EventJson.types()).build();
    Coordinators.start(
        parts,
        config.kafka(),
        new ShardService<>(
            prefix + "reseed-catchup-service",
            new CatchUpMachine(policy(config.catchup())),
            CatchUpInputs.of(topics),
            new CatchUpOutlet(topics),
            topics.deadLetters(),
            StateCodec.json(mapper, CatchUpState.class),
            new CatchUpWorker(accounts(config.mysql()))));
  }

  static CatchUpPolicy policy(CatchUpConfig.CatchUpSettings settings) {
    return new CatchUpPolicy(
        settings.sampleInterval(),
        settings.retryInterval(),
        settings.stallMax(),
        settings.silenceMax(),
        new CatchUp.Bound(settings.lagMax().toMillis(), settings.lagSamples()));
  }

  private static Map<String, CatchUpWorker.Accounts> accounts(CatchUpConfig.Mysql mysql) {
    return mysql.accounts().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> accounts(entry.getValue())));
  }

  private static CatchUpWorker.Accounts accounts(CatchUpConfig.Accounts accounts) {
    return new CatchUpWorker.Accounts(
        AccountConfig.credentials(accounts.observer()),
        AccountConfig.credentials(accounts.agent()),
        AccountConfig.credentials(accounts.replicator()));
  }
}
