package io.reseed.catchup;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.BackupRestored;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.trust.ServerTrust;
import io.reseed.testkit.RogueServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Assignments and announcements can be forged: what they name is not connected to for that. */
class CatchUpTrustTest {
  private static final ServerTrust ELSEWHERE = ServerTrust.trustedNetwork(List.of("10.0.0.0/8"));

  private static Credentials account(String user) {
    return new Credentials(user, user + "-secret", ELSEWHERE);
  }

  @Test
  void aServerThatIsNotAllowedSeesNoConnection() throws Exception {
    CatchUpWorker worker =
        new CatchUpWorker(
            Map.of(
                "commerce",
                new CatchUpWorker.Accounts(
                    account("observer"), account("agent"), account("replicator"))));
    try (RogueServer rogue = RogueServer.start()) {
      CatchUpEffect.Attach attach = attach(rogue.address());

      assertThat(worker.run("commerce/-80", attach))
          .isInstanceOfSatisfying(
              CatchUpInput.AttachRefused.class,
              refused -> {
                assertThat(refused.failure().code()).isEqualTo("SERVER_NOT_ALLOWED");
                assertThat(refused.failure().message()).contains(rogue.address().toString());
              });
      assertThat(rogue.received()).isEmpty();
    }
  }

  private static CatchUpEffect.Attach attach(ServerAddress rogue) {
    SeedingAssigned assignment =
        new SeedingAssigned(
            new ShardName("commerce", "-80"),
            "seeding-1",
            1,
            SeedingPurpose.REPLICA,
            SeedingAssigned.Goal.MAKE,
            "host-1",
            rogue,
            rogue,
            new SeedingOrigin.Donor(rogue),
            null);
    BackupRestored restored =
        new BackupRestored(
            assignment.shard(),
            assignment.seeding(),
            1,
            assignment.purpose(),
            assignment.host(),
            rogue,
            "3e11fa47-71ca-11e1-9e33-c80aa9429562",
            assignment.origin(),
            "",
            1,
            1,
            1);
    return new CatchUpEffect.Attach(assignment, restored);
  }
}
