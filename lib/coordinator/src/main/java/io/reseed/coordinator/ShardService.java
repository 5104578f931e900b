package io.reseed.coordinator;

import io.reseed.coordinator.roster.Roster;
import io.reseed.kafka.DeadLetters;
import io.reseed.kafka.InputTopic;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A service that decides per shard: everything that {@link ShardRuntime} must know of it.
 *
 * @param applicationId the consumer group, and the prefix of all internal topics and transactional
 *     ids; never change it once it ran, the state lies under it
 * @param machine the decisions
 * @param inputs the topics read; all with the same number of partitions, which must never change
 * @param publisher what is published
 * @param deadLetters what becomes of records that cannot be used
 * @param stateCodec how the state is stored
 * @param effects what acts outside
 * @param rosters with which states are compared after each takeover
 */
public record ShardService<S, I, E, F>(
    String applicationId,
    ShardMachine<S, I, E, F> machine,
    List<InputTopic<I>> inputs,
    Publisher<S, E> publisher,
    DeadLetters deadLetters,
    StateCodec<S> stateCodec,
    EffectRunner<F, I> effects,
    List<Roster<S, I>> rosters) {

  public ShardService {
    inputs = List.copyOf(inputs);
    rosters = List.copyOf(rosters);
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException(applicationId + " reads no topic: name one at least");
    }
    if (inputTopics(inputs).size() != inputs.size()) {
      throw new IllegalArgumentException(applicationId + " reads a topic twice: name each once");
    }
  }

  /** A service whose states follow from its inputs alone. */
  public ShardService(
      String applicationId,
      ShardMachine<S, I, E, F> machine,
      List<InputTopic<I>> inputs,
      Publisher<S, E> publisher,
      DeadLetters deadLetters,
      StateCodec<S> stateCodec,
      EffectRunner<F, I> effects) {
    this(applicationId, machine, inputs, publisher, deadLetters, stateCodec, effects, List.of());
  }

  /** This service, with rosters. */
  public ShardService<S, I, E, F> comparedWith(List<Roster<S, I>> theRosters) {
    return new ShardService<>(
        applicationId, machine, inputs, publisher, deadLetters, stateCodec, effects, theRosters);
  }

  private static <I> Set<String> inputTopics(List<InputTopic<I>> inputs) {
    Set<String> names = new HashSet<>();
    inputs.forEach(input -> names.add(input.name()));
    return names;
  }

  /** The names of the topics read. */
  public Set<String> inputTopics() {
    return inputTopics(inputs);
  }

  /** The names of the topics written, the dead letters among them. */
  public Set<String> outputTopics() {
    Set<String> names = new HashSet<>(publisher.topics());
    names.add(deadLetters.topic());
    return names;
  }
}
