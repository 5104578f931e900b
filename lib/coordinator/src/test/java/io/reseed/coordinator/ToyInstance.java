package io.reseed.coordinator;

import io.reseed.coordinator.ToyMachine.Input;
import io.reseed.coordinator.ToyMachine.Toy;
import io.reseed.coordinator.ToyMachine.Work;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A process that runs the toy service, to be killed. Says what it does on standard output. */
final class ToyInstance {
  private ToyInstance() {}

  /**
   * Runs until the process ends.
   *
   * @param arguments bootstrap servers, topic prefix, state folder, and whether orders whose id
   *     ends with {@code :hold} are never answered
   */
  public static void main(String[] arguments) throws InterruptedException {
    boolean holds = Boolean.parseBoolean(arguments[3]);
    RuntimeConfig config =
        RuntimeConfig.of(Map.of("bootstrap.servers", arguments[0]), Path.of(arguments[2]));
    ToyService toy = new ToyService(arguments[1]);
    try (ShardRuntime<Toy> runtime =
        ShardRuntime.start(toy.with(new SpokenEffects(holds)), config)) {
      System.out.println("started " + runtime.state());
      new CountDownLatch(1).await();
    }
  }

  /** Says each effect that starts. */
  private static final class SpokenEffects extends ToyService.Effects {
    private final boolean holds;

    SpokenEffects(boolean holds) {
      this.holds = holds;
    }

    @Override
    public Input run(String shard, Work effect) throws InterruptedException {
      System.out.println("effect " + shard + " " + effect.id() + ".");
      if (holds && effect.id().endsWith(":hold")) {
        new CountDownLatch(1).await();
      }
      return new Input.Answer(effect.id(), "worked");
    }
  }
}
