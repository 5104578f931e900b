package io.reseed.failover.machine;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Every transition that a decision may take, as {@code from -event-> to}. */
final class LegalTransitions {
  private LegalTransitions() {}

  static Set<String> all() {
    Set<String> all = new TreeSet<>(ofShards());
    all.addAll(ofLeadership());
    all.addAll(ofSeedings());
    return all;
  }

  private static List<String> ofShards() {
    return List.of(
        "Unknown -Declared-> Unconfirmed",
        "Unknown -IncidentRemembered-> Undeclared",
        "Undeclared -IncidentRemembered-> Undeclared",
        "Undeclared -StatusPublished-> Undeclared",
        "Undeclared -ClaimNoted-> Undeclared",
        "Undeclared -ClaimAnswered-> Undeclared",
        "Undeclared -Declared-> Unconfirmed",
        "Undeclared -CareEnded-> Unknown",
        "Unconfirmed -CareEnded-> Unknown",
        "Led -CareEnded-> Unknown",
        "Lost -CareEnded-> Unknown");
  }

  /** What may be decided in each state of the leadership, and where it leads. */
  private static Set<String> ofLeadership() {
    Set<String> all = new TreeSet<>();
    for (String state : List.of("Unconfirmed", "Led", "Lost")) {
      for (String event :
          List.of(
              "Declared",
              "StatusPublished",
              "TakenUp",
              "ObservationRequested",
              "ObservationHastened",
              "ObservationConcluded",
              "ObservationFailed",
              "MembersObserved",
              "ClaimNoted",
              "ClaimAnswered",
              "ClaimTaken",
              "ClaimIgnored")) {
        all.add(state + " -" + event + "-> " + state);
      }
    }
    for (String event :
        List.of(
            "ClaimForgotten",
            "PrimaryProbed",
            "SurplusNoted",
            "MemberWithdrawn",
            "MemberReturned",
            "MemberForgotten",
            "SeedingBegun",
            "SeedingFinished",
            "SeedingWithdrawn")) {
      all.add("Led -" + event + "-> Led");
    }
    all.addAll(
        List.of(
            "Lost -SeedingWithdrawn-> Lost",
            "Unconfirmed -SearchFailed-> Unconfirmed",
            "Unconfirmed -MemberWithdrawn-> Unconfirmed",
            "Lost -MemberWithdrawn-> Lost",
            "Unconfirmed -PrimaryVerified-> Led",
            "Led -PrimaryFoundDead-> Lost",
            "Led -PrimaryLost-> Lost",
            "Lost -SearchFailed-> Lost",
            "Lost -PrimaryVerified-> Led"));
    return all;
  }

  private static List<String> ofSeedings() {
    return List.of(
        "Choosing -BackupAsked-> Choosing",
        "Choosing -BackupChosen-> Placing",
        "Choosing -SeedingWaits-> Waiting",
        "Placing -BackupAsked-> Choosing",
        "Placing -PlaceAsked-> Placing",
        "Placing -SeedingWaits-> Waiting",
        "Placing -AttemptAssigned-> Restoring",
        "Waiting -BackupAsked-> Choosing",
        "Restoring -AttemptProgressed-> Restoring",
        "Restoring -ServerRestored-> CatchingUp",
        "Restoring -CatchUpClaimed-> Verifying",
        "Restoring -SeedingRepointed-> Restoring",
        "Restoring -AttemptFailed-> Waiting",
        "CatchingUp -AttemptProgressed-> CatchingUp",
        "CatchingUp -CatchUpClaimed-> Verifying",
        "CatchingUp -SeedingRepointed-> CatchingUp",
        "CatchingUp -AttemptFailed-> Waiting",
        "Verifying -SeedingRepointed-> CatchingUp",
        "Verifying -AttemptFailed-> Waiting",
        "Verifying -ReplicaKept-> HandingOver");
  }
}
