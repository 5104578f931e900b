package io.reseed.restore;

import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.store.StoreSettings;
import io.reseed.events.HostStatus;
import io.reseed.kafka.EventTopics;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.server.MysqlTree;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** An agent in a process of its own, so that a test can kill it. */
final class AgentProcess {
  private AgentProcess() {}

  /** What a test agent is given; as text, so that it can be passed to a process. */
  record Setting(
      String kafka,
      String prefix,
      String host,
      Path directory,
      int portFirst,
      URI store,
      String bucket,
      String storeKey,
      String storeSecret,
      Credentials agent,
      Credentials donor) {

    static Setting parse(String[] words) {
      return new Setting(
          words[0],
          words[1],
          words[2],
          Path.of(words[3]),
          Integer.parseInt(words[4]),
          URI.create(words[5]),
          words[6],
          words[7],
          words[8],
          new Credentials(words[9], words[10]),
          new Credentials(words[11], words[12]));
    }

    String[] words() {
      return new String[] {
        kafka,
        prefix,
        host,
        directory.toString(),
        Integer.toString(portFirst),
        store.toString(),
        bucket,
        storeKey,
        storeSecret,
        agent.user(),
        agent.password(),
        donor.user(),
        donor.password()
      };
    }

    HostProfile profile(int slots, long bytesReserved) {
      return new HostProfile(
          host,
          HostStatus.Pool.REPLICA,
          "zone-a",
          "127.0.0.1",
          portFirst,
          portFirst + 9,
          directory,
          slots,
          bytesReserved,
          64);
    }

    RestoreService start(int slots, long bytesReserved) {
      return start(slots, bytesReserved, Optional.empty());
    }

    RestoreService start(int slots, long bytesReserved, Optional<Path> bandwidthFile) {
      return RestoreService.start(
          profile(slots, bytesReserved),
          policy(),
          new RestoreService.Surroundings(
              Map.of("bootstrap.servers", kafka),
              new EventTopics(prefix, "restore-service", host),
              new StoreSettings(
                  store,
                  "us-east-1",
                  bucket,
                  "",
                  new StoreSettings.Credentials(storeKey, storeSecret),
                  true,
                  StoreSettings.Client.defaults()),
              MasterKeys.NONE,
              bandwidthFile,
              MysqlTree.locate(),
              Map.of("commerce", new Servers.Accounts(agent, donor))));
    }

    private static RestorePolicy policy() {
      return new RestorePolicy(
          Duration.ofSeconds(1),
          2,
          192,
          Duration.ofMinutes(2),
          Duration.ofMinutes(1),
          Duration.ofMinutes(2),
          0,
          Duration.ofSeconds(2),
          Duration.ofSeconds(1));
    }
  }

  /** Runs until it is killed. */
  public static void main(String[] words) throws InterruptedException {
    RestoreService service = Setting.parse(words).start(4, 0);
    Runtime.getRuntime().addShutdownHook(new Thread(service::close));
    new CountDownLatch(1).await();
  }
}
