package io.reseed.coordinator;

import io.reseed.coordinator.ToyMachine.Input;
import io.reseed.coordinator.ToyMachine.Toy;
import io.reseed.coordinator.ToyMachine.Work;
import io.reseed.kafka.BrokerRefusedException;
import io.reseed.kafka.CompactedView;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.Publication;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** A process that uses every client once, so that a test can read all that these log. */
final class SecuredInstance {
  private SecuredInstance() {}

  /**
   * Runs until the toy has answered, or is refused.
   *
   * @param arguments file of Kafka's client settings, topic prefix, state folder
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Properties settings = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(arguments[0]))) {
      settings.load(reader);
    }
    Map<String, String> kafka = new HashMap<>();
    settings.stringPropertyNames().forEach(key -> kafka.put(key, settings.getProperty(key)));
    RuntimeConfig config = RuntimeConfig.of(kafka, Path.of(arguments[2]));
    System.out.println("starting with " + config);
    try {
      run(new ToyService(arguments[1]), config);
      System.out.println("answered");
    } catch (BrokerRefusedException e) {
      e.printStackTrace(System.out);
      System.out.println("refused");
    }
  }

  private static void run(ToyService toy, RuntimeConfig config) throws InterruptedException {
    Answers answers = new Answers();
    try (ShardRuntime<Toy> _ = ShardRuntime.start(toy.with(answers), config);
        EventPublisher publisher = EventPublisher.open(config.kafka(), SecuredBrokerTest.TIMEOUT);
        CompactedView<String> view =
            CompactedView.open(
                config.kafka(),
                toy.outcomes(),
                Optional.empty(),
                record -> Publication.text(record.value()),
                new CompactedView.Listener<>() {})) {
      publisher.publishAndWait(
          Publication.of(toy.notes(), "s/1", Map.of(), ToyService.text("s/1 order a")));
      SecuredBrokerTest.awaitUntil(() -> !view.values().isEmpty());
    }
  }

  private static final class Answers extends ToyService.Effects {
    @Override
    public Input run(String shard, Work effect) {
      return new Input.Answer(effect.id(), "worked");
    }
  }
}
