package io.reseed.bench.machine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs pieces of work on a fixed number of threads. */
public final class Parallel {
  /** One piece; says how many bytes it was about. */
  @FunctionalInterface
  public interface Piece {
    /** Does it. */
    long run() throws IOException;
  }

  private Parallel() {}

  /** Threads for work that takes the processor. */
  public static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** Runs all, and returns the sum of their bytes; fails with the first that failed. */
  public static long sum(int threads, List<Piece> pieces) throws IOException {
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<Long>> running = new ArrayList<>();
      for (Piece piece : pieces) {
        running.add(pool.submit(piece::run));
      }
      long sum = 0;
      for (Future<Long> each : running) {
        sum += each.get();
      }
      return sum;
    } catch (ExecutionException e) {
      throw new IOException("a piece of parallel work failed: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
