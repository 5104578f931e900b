package io.reseed.catchup;

import io.reseed.fleet.ServerAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Listens on loopback and passes connections on, once something was done before the first one. */
final class HeldUpProxy implements AutoCloseable {
  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
  private final ServerAddress behind;

  HeldUpProxy(ServerAddress behind, Runnable before) throws IOException {
    this.behind = behind;
    Thread.ofVirtual().start(() -> accept(before));
  }

  ServerAddress address() {
    return new ServerAddress("127.0.0.1", listener.getLocalPort());
  }

  private void accept(Runnable before) {
    boolean first = true;
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (first) {
          before.run();
        }
        first = false;
        Socket server = new Socket(behind.host(), behind.port());
        open.add(client);
        open.add(server);
        Thread.ofVirtual().start(() -> copy(client, server));
        Thread.ofVirtual().start(() -> copy(server, client));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // one of the two is closed; the other direction notices
      return;
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
