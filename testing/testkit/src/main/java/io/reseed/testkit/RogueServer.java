package io.reseed.testkit;

import io.reseed.fleet.ServerAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Poses as a MySQL server without TLS and keeps all that it is sent. Its greeting is that of
 * protocol version 10 (MySQL's source code documentation, "Protocol::HandshakeV10").
 */
public final class RogueServer implements AutoCloseable {
  /** CLIENT_PROTOCOL_41, CLIENT_SECURE_CONNECTION, CLIENT_PLUGIN_AUTH; not CLIENT_SSL. */
  private static final String GREETING =
      "0a"
          + HexFormat.of().formatHex("9.7.4".getBytes(StandardCharsets.US_ASCII))
          + "00"
          + "01000000" // connection
          + "4142434445464748" // nonce
          + "00"
          + "0082" // capabilities, lower half
          + "ff"
          + "0200" // status
          + "0800" // capabilities, upper half
          + "15"
          + "00000000000000000000"
          + "494a4b4c4d4e4f5051525354"
          + "00"
          + HexFormat.of().formatHex("caching_sha2_password".getBytes(StandardCharsets.US_ASCII))
          + "00";

  private static final String HOST = "127.66.6.6";
  private static final Logger LOG = LoggerFactory.getLogger(RogueServer.class);

  private final ServerSocket listener;
  private final List<String> received = new CopyOnWriteArrayList<>();

  private RogueServer(ServerSocket listener) {
    this.listener = listener;
  }

  /** Starts one at an address that no fleet has. */
  public static RogueServer start() {
    try {
      RogueServer rogue = new RogueServer(new ServerSocket(0, 10, InetAddress.ofLiteral(HOST)));
      Thread.ofVirtual().start(rogue::serve);
      return rogue;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public ServerAddress address() {
    return new ServerAddress(HOST, listener.getLocalPort());
  }

  /** One text a connection: what came over it, as Latin-1. */
  public List<String> received() {
    return List.copyOf(received);
  }

  private void serve() {
    while (!listener.isClosed()) {
      try (Socket socket = listener.accept()) {
        int index = received.size();
        received.add("connected ");
        byte[] greeting = HexFormat.of().parseHex(GREETING);
        socket.getOutputStream().write(new byte[] {(byte) greeting.length, 0, 0, 0});
        socket.getOutputStream().write(greeting);
        socket.getOutputStream().flush();
        keep(socket.getInputStream(), index);
      } catch (IOException e) {
        // that client went away, or the test has ended: what came is kept
        LOG.debug("a connection to the rogue server ended", e);
      }
    }
  }

  private void keep(InputStream in, int index) throws IOException {
    byte[] buffer = new byte[4_096];
    for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
      received.set(
          index, received.get(index) + new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
