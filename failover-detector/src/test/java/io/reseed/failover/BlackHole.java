package io.reseed.failover;

import io.reseed.fleet.ServerAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Accepts connections on the loopback interface and never says a word, like a host that froze. */
final class BlackHole implements AutoCloseable {
  private static final int BACKLOG = 4_096;

  private final ServerSocket socket;
  private final AtomicInteger connections = new AtomicInteger();

  BlackHole() {
    try {
      socket = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  ServerAddress address() {
    return new ServerAddress(socket.getInetAddress().getHostAddress(), socket.getLocalPort());
  }

  /** How many waited for a word, or do. */
  int connections() {
    return connections.get();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket silent = socket.accept();
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> keep(silent));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private static void keep(Socket silent) {
    try (silent) {
      silent.getInputStream().skipNBytes(Long.MAX_VALUE);
    } catch (IOException e) {
      // who waited has gone
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
