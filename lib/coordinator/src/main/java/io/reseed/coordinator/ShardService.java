package io.reseed.coordinator;

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
 */
public record ShardService<S, I, E, F>(
    String applicationId,
    ShardMachine<S, I, E, F> machine,
    List<InputTopic<I>> inputs,
    Publisher<S, E> publisher,
    DeadLetters deadLetters,
    StateCodec<S> stateCodec,
    EffectRunner<F, I> effects) {

  public ShardService {
    inputs = List.copyOf(inputs);
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException(applicationId + " reads no topic: name one at least");
    }
    if (inputTopics(inputs).size() != inputs.size()) {
      throw new IllegalArgumentException(applicationId + " reads a topic twice: name each once");
    }
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
