package io.reseed.demo;

import io.reseed.demo.Screen.Tone;
import java.util.List;

/** Shows what was claimed and whether it holds, and counts. Not for use by several threads. */
final class Claims {
  private final Screen screen;
  private int held;
  private int broken;

  /** One thing that must hold. */
  record Claim(boolean held, String text) {}

  Claims(Screen screen) {
    this.screen = screen;
  }

  /** Shows claims about one thing. */
  void tell(String about, List<Claim> claims) {
    screen.line("  Proof, " + about + ":", Tone.PLAIN);
    for (Claim claim : claims) {
      screen.line(
          (claim.held() ? "    \u2714 " : "    \u2718 ") + claim.text(),
          claim.held() ? Tone.GOOD : Tone.BAD);
      if (claim.held()) {
        held++;
      } else {
        broken++;
      }
    }
  }

  /** Whether something was proven, and nothing disproven. */
  boolean proven() {
    return held > 0 && broken == 0;
  }
}
