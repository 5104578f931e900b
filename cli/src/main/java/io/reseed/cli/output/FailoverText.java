package io.reseed.cli.output;

import io.reseed.events.FailoverFact;
import io.reseed.events.FailoverFact.ClaimAnswered;
import io.reseed.events.FailoverFact.ReplicaHandedOver;
import io.reseed.events.FailoverFact.ReplicaRequested;
import io.reseed.events.FailoverFact.ServerWithdrawn;

/** What the failover-detector tells, in words. */
final class FailoverText {
  private FailoverText() {}

  static String of(FailoverFact fact) {
    return switch (fact) {
      case ReplicaRequested asked ->
          "%s, a replica of %s: %s"
              .formatted(asked.seeding(), asked.primary(), FailureText.shown(asked.reason()));
      case ReplicaHandedOver server ->
          "%s is in service, a replica of %s%s"
              .formatted(server.server(), server.source(), origin(server));
      case ServerWithdrawn server ->
          "%s is out of service (%s): %s"
              .formatted(server.server(), server.cause(), FailureText.shown(server.detail()));
      case ClaimAnswered answer -> answered(answer);
    };
  }

  private static String origin(ReplicaHandedOver server) {
    return switch (server.cause()) {
      case MADE -> server.seeding() == null ? ", made anew" : ", made by " + server.seeding();
      case RETURNED -> ", it came back";
    };
  }

  private static String answered(ClaimAnswered answer) {
    String said =
        "claim %s of %s that %s failed: %s"
            .formatted(
                FailureText.shown(answer.claim()),
                answer.publisher(),
                answer.failed(),
                answer.outcome());
    return answer.failure() == null
        ? said + ", " + FailureText.shown(answer.detail())
        : said + ", " + EventText.failure(answer.failure());
  }
}
