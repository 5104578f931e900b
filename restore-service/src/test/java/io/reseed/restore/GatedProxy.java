package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between an agent and its store and lets only so many bytes of answers through until it is
 * opened: so a test knows that the agent is in the middle of a restore.
 */
final class GatedProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final URI target;
  private final AtomicLong bytesLeft;
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch opened = new CountDownLatch(1);
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

  GatedProxy(URI target, long bytesUntilGate) {
    this.target = target;
    this.bytesLeft = new AtomicLong(bytesUntilGate);
    try {
      listener = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** Waits until the agent waits at the gate. */
  void awaitReached() throws InterruptedException {
    assertThat(reached.await(Stage.PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .as("the agent waits at the gate")
        .isTrue();
  }

  /** From now on everything passes. */
  void open() {
    opened.countDown();
  }

  /**
   * Breaks all connections, and lets everything pass from now on. What a dead store sent before it
   * died may lie in socket buffers still: so a test knows that none of it arrives.
   */
  void cut() {
    for (Socket connection : connections) {
      try {
        connection.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    open();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket server = new Socket(target.getHost(), target.getPort())) {
      connections.add(client);
      connections.add(server);
      Thread requests = Thread.ofVirtual().start(() -> copy(client, server, false));
      copy(server, client, true);
      requests.interrupt();
    } catch (IOException storeIsAway) {
      // the client sees its connection closed, as it would without the proxy
    } finally {
      connections.removeIf(Socket::isClosed);
    }
  }

  private void copy(Socket from, Socket to, boolean gated) {
    byte[] buffer = new byte[16 * 1024];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (gated && bytesLeft.addAndGet(-count) < 0 && opened.getCount() > 0) {
          reached.countDown();
          opened.await();
        }
        out.write(buffer, 0, count);
        out.flush();
      }
      to.shutdownOutput();
    } catch (IOException gone) {
      // either side closed: the other copy ends with it
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    open();
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
