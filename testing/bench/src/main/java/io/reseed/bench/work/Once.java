package io.reseed.bench.work;

import io.reseed.bench.contest.Contestant;
import java.io.IOException;

/** A check that is made after the first run only. */
final class Once {
  private boolean made;

  void run(Contestant.Step step) throws IOException {
    if (!made) {
      step.run();
      made = true;
    }
  }
}
