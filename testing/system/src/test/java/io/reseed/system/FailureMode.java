package io.reseed.system;

import io.reseed.events.SeedingStage;
import io.reseed.fleet.FailureClass;

/**
 * One row of the table of failure modes: what goes wrong, how it is found and named, and what comes
 * of it.
 *
 * @param fault what is injected
 * @param injected the same, told to people
 * @param stage where it is found
 * @param code of the failure that is published
 * @param failureClass of that failure
 * @param prior what becomes of the backup that was the newest healthy one
 * @param made what becomes of the backup that the cycle makes
 * @param server what becomes of the dedicated server and its folders
 * @param next what the pipeline does next
 */
record FailureMode(
    Fault fault,
    String injected,
    SeedingStage stage,
    String code,
    FailureClass failureClass,
    Prior prior,
    Made made,
    Server server,
    Next next) {

  /** The prior backup's fate. */
  enum Prior {
    CONDEMNED("condemned"),
    GONE("gone: announced as condemned, and listed no more"),
    UNREADABLE("condemned for this release; without a verdict, since a later one may read it"),
    PROVEN_LATER("kept; proven (`VALIDATED`) by the next attempt"),
    PROVEN_NOW("kept; proven (`VALIDATED`) by this attempt"),
    PROVEN_BEFORE("stays proven (`VALIDATED`): it did its part before"),
    UNUSABLE("stays as it is: sound, and shown as not usable with the present primary"),
    UNTOUCHED("stays as it is; the older one that was struck is condemned");

    private final String text;

    Prior(String text) {
      this.text = text;
    }
  }

  /** The new backup's fate. */
  enum Made {
    NONE("none"),
    CONDEMNED("condemned"),
    UNPROVEN("stays `CREATED` until the next cycle proves it"),
    BY_NEXT_ATTEMPT("made by the next attempt, `RESTORABLE`"),
    BY_THIS_ATTEMPT("made by this attempt, `RESTORABLE`");

    private final String text;

    Made(String text) {
      this.text = text;
    }
  }

  /** The dedicated server's fate. */
  enum Server {
    NOT_NEEDED("none was needed"),
    REMOVED("removed with its folders"),
    KEPT("goes on, from the primary; removed at the end"),
    LOST("died with its host; its folders are removed when the host is back");

    private final String text;

    Server(String text) {
      this.text = text;
    }
  }

  /** What follows. */
  enum Next {
    FRESH_CYCLE("a fresh full cycle at once, which heals the chain"),
    NOTHING("nothing: the newest backup is good; had it been struck, a fresh full cycle at once"),
    NEXT_CYCLE("another cycle soon, from the new backup"),
    NEXT_ATTEMPT("the same cycle makes another attempt"),
    SAME_ATTEMPT("the attempt goes on");

    private final String text;

    Next(String text) {
      this.text = text;
    }
  }

  /** The fault of this row in an older backup than the newest, with which nothing has to heal. */
  FailureMode inOlderBackup() {
    return new FailureMode(
        fault, injected, stage, code, failureClass, Prior.UNTOUCHED, made, server, Next.NOTHING);
  }

  /** As a row of the document's table. */
  String row() {
    return "| %s | %s | `%s` | %s | %s | %s | %s | %s |"
        .formatted(
            injected, stage, code, failureClass, prior.text, made.text, server.text, next.text);
  }

  @Override
  public String toString() {
    return fault + " → " + code;
  }
}
