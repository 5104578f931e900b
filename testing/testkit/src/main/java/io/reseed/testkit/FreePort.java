package io.reseed.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free TCP ports for servers that must keep their port over a restart.
 *
 * <p>Taken below the range from which Linux serves outgoing connections (32768 and up), so that no
 * client's connection sits on the port while the server is down. Another process may still be
 * faster between the look and the server's bind: starting again on another port is the caller's
 * answer.
 */
public final class FreePort {
  private static final int LOWEST = 12_000;
  private static final int BOUND = 32_000;
  private static final int TRIES = 200;
  private static final Set<InetSocketAddress> HANDED_OUT = ConcurrentHashMap.newKeySet();

  private FreePort() {}

  /** A port that is free on 127.0.0.1 and that this JVM has not handed out before. */
  public static int onLoopback() {
    return on("127.0.0.1");
  }

  /** A port that is free on this numeric address and that this JVM has not handed out before. */
  public static int on(String address) {
    InetAddress host = InetAddress.ofLiteral(address);
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, BOUND);
      InetSocketAddress candidate = new InetSocketAddress(host, port);
      if (isFree(candidate) && HANDED_OUT.add(candidate)) {
        return port;
      }
    }
    throw new IllegalStateException(
        "No free port found on %s in %d tries: look at what listens there with 'ss -ltn'."
            .formatted(address, TRIES));
  }

  private static boolean isFree(InetSocketAddress candidate) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(candidate);
      return true;
    } catch (IOException e) {
      return false; // taken: that is the answer, not an error
    }
  }
}
