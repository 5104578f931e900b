package io.reseed.coordinator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Holds back what must only happen once the transaction that decided it is committed.
 *
 * <p>With exactly-once v2 each stream thread has one producer, whose transaction covers all that
 * the thread did since its last commit. So the producers given to Streams say when that transaction
 * begins and how it ends, and the actions wait per thread. See the ADR on effects after commit.
 */
final class CommitGate implements KafkaClientSupplier {

  /** The transaction of one stream thread; touched by that thread alone. */
  private static final class Transaction {
    private boolean open;
    private List<Runnable> afterCommit = new ArrayList<>();

    private void end() {
      open = false;
      afterCommit = new ArrayList<>();
    }
  }

  private final ThreadLocal<Transaction> transactions = ThreadLocal.withInitial(Transaction::new);

  /**
   * Runs the action on this thread once its open transaction is committed, and never when that is
   * aborted; at once when none is open, since then nothing uncommitted can have led to it.
   */
  void afterCommit(Runnable action) {
    Transaction transaction = transactions.get();
    if (transaction.open) {
      transaction.afterCommit.add(action);
    } else {
      action.run();
    }
  }

  /** A new transaction: what waited for one that was never committed is dropped. */
  void began() {
    Transaction transaction = transactions.get();
    transaction.end();
    transaction.open = true;
  }

  void committed() {
    Transaction transaction = transactions.get();
    List<Runnable> due = transaction.afterCommit;
    transaction.end();
    due.forEach(Runnable::run);
  }

  void aborted() {
    transactions.get().end();
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return new GatedProducer(config, this);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return getConsumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return getConsumer(config);
  }

  /** Tells the gate about the transactions of the thread that uses it. */
  private static final class GatedProducer extends KafkaProducer<byte[], byte[]> {
    private final CommitGate gate;

    GatedProducer(Map<String, Object> config, CommitGate gate) {
      super(config, new ByteArraySerializer(), new ByteArraySerializer());
      this.gate = gate;
    }

    @Override
    public void beginTransaction() {
      super.beginTransaction();
      gate.began();
    }

    @Override
    public void commitTransaction() {
      super.commitTransaction();
      gate.committed();
    }

    @Override
    public void abortTransaction() {
      gate.aborted();
      super.abortTransaction();
    }

    /** After some failures Streams takes a new producer without aborting the old one's work. */
    @Override
    public void close(Duration timeout) {
      gate.aborted();
      super.close(timeout);
    }
  }
}
