package io.reseed.backup.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Listens on loopback and passes connections on to a real server, or spoils them. */
final class FaultyWire implements AutoCloseable {
  /** What becomes of one connection. */
  enum Fault {
    /** A packet that resets it, once something was asked. */
    RESET,
    /** The answer ends in the middle of its head. */
    CUT,
    /** The answer ends in the middle of its body. */
    CUT_IN_BODY,
    /** The server has too much to do. */
    SLOW_DOWN,
    /** The server fails. */
    INTERNAL_ERROR,
    /** A gateway in between fails, and does not speak S3. */
    BAD_GATEWAY,
    /** A gateway in between does not know the store, for now. */
    NOT_FOUND
  }

  private static final int CUT_BYTES = 60;
  private static final int CUT_IN_BODY_BYTES = 700;

  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
  private final Queue<String> bodies = new ConcurrentLinkedQueue<>();
  private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final URI server;
  private volatile @Nullable Fault always;

  FaultyWire(URI server) throws IOException {
    this.server = server;
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  void next(Fault... wanted) {
    faults.addAll(List.of(wanted));
  }

  /** The next connections are answered with success and these bodies, whatever they ask. */
  void nextAnswers(String... wanted) {
    bodies.addAll(List.of(wanted));
  }

  void always(Fault fault) {
    always = fault;
  }

  /** How many connections were spoiled. */
  int faults() {
    return count.get();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        open.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void serve(Socket client) {
    String body = bodies.poll();
    if (body != null) {
      count.incrementAndGet();
      answerInstead(client, body);
      return;
    }
    Fault queued = faults.poll();
    Fault fault = queued == null ? always : queued;
    if (fault != null) {
      count.incrementAndGet();
    }
    try (client) {
      switch (fault) {
        case null -> pass(client, Long.MAX_VALUE);
        case CUT -> pass(client, CUT_BYTES);
        case CUT_IN_BODY -> pass(client, CUT_IN_BODY_BYTES);
        case RESET -> {
          ask(client);
          client.setSoLinger(true, 0);
        }
        case SLOW_DOWN -> answer(client, "503 Slow Down", error("SlowDown"));
        case INTERNAL_ERROR -> answer(client, "500 Internal Server Error", error("InternalError"));
        case BAD_GATEWAY -> answer(client, "502 Bad Gateway", "<html>sorry</html>");
        case NOT_FOUND -> answer(client, "404 Not Found", "404 page not found");
      }
    } catch (IOException e) {
      // a client that hangs up first is what this is for
      open.remove(client);
    }
  }

  private void answerInstead(Socket client, String body) {
    try (client) {
      answer(client, "200 OK", body);
    } catch (IOException e) {
      open.remove(client);
    }
  }

  private static String error(String code) {
    return "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>-</Message></Error>";
  }

  private static void ask(Socket client) throws IOException {
    if (client.getInputStream().read() < 0) {
      throw new IOException("nothing was asked");
    }
  }

  private static void answer(Socket client, String status, String body) throws IOException {
    ask(client);
    String head = "HTTP/1.1 " + status + "\r\nContent-Length: " + body.length();
    OutputStream out = client.getOutputStream();
    out.write((head + "\r\nConnection: close\r\n\r\n" + body).getBytes(US_ASCII));
    out.flush();
    // all that was sent is read first: closing earlier would reset the connection
    client.shutdownOutput();
    client.setSoTimeout(2_000);
    client.getInputStream().transferTo(OutputStream.nullOutputStream());
  }

  private void pass(Socket client, long answerBytes) throws IOException {
    try (Socket behind = new Socket(server.getHost(), server.getPort())) {
      open.add(behind);
      Thread.ofVirtual().start(() -> copy(client, behind));
      InputStream from = behind.getInputStream();
      byte[] buffer = new byte[8 << 10];
      for (long left = answerBytes; left > 0; ) {
        int read = from.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (read < 0) {
          return;
        }
        client.getOutputStream().write(buffer, 0, read);
        left -= read;
      }
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
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
