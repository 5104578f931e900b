package io.reseed.mysql.check;

import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Timeouts;
import java.time.Duration;

/**
 * A server, and who looks at it. Checks open sessions of their own, since each has its own bounds.
 *
 * @param account on the fleet's replicas the checker, on the dedicated server the agent
 */
public record ServerLogin(ServerAddress address, Credentials account) {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  MysqlSession open(Duration statement) {
    return MysqlSession.open(address, account, new Timeouts(CONNECT, statement));
  }
}
