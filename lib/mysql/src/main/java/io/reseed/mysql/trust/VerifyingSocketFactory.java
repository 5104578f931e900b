package io.reseed.mysql.trust;

import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.log.Log;
import com.mysql.cj.protocol.ServerSession;
import com.mysql.cj.protocol.SocketConnection;
import com.mysql.cj.protocol.StandardSocketFactory;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Properties;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The driver's sockets, with TLS as the JDK checks it: the driver itself reads authorities from key
 * stores only, not from the PEM files that MySQL's servers are given. Made by the driver, by name;
 * {@link #require} sets it up.
 */
@SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the driver's own signatures
public final class VerifyingSocketFactory extends StandardSocketFactory {
  private static final String AUTHORITIES = "reseedAuthorities";
  private static final String IDENTITY = "reseedIdentity";
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private @Nullable Path authorities;
  private boolean identity;

  /** For the driver. */
  public VerifyingSocketFactory() {}

  /** Lets connections with these properties go on only with a server that the trust accepts. */
  public static void require(ServerTrust trust, Properties properties) {
    properties.setProperty("sslMode", "REQUIRED");
    properties.setProperty("socketFactory", VerifyingSocketFactory.class.getName());
    properties.setProperty(IDENTITY, Boolean.toString(trust.tls() == TlsMode.VERIFY_IDENTITY));
    trust.authorities().ifPresent(file -> properties.setProperty(AUTHORITIES, file.toString()));
  }

  @Override
  protected void configureSocket(Socket socket, PropertySet properties) throws IOException {
    String file = properties.getStringProperty(AUTHORITIES).getValue();
    authorities = file == null ? null : Path.of(file);
    identity = !"false".equals(properties.getStringProperty(IDENTITY).getValue());
    super.configureSocket(socket, properties);
  }

  @Override
  public <T extends Closeable> T performTlsHandshake(
      SocketConnection socketConnection, ServerSession serverSession, Log log) throws IOException {
    return performTlsHandshake(socketConnection, serverSession);
  }

  @Override
  public <T extends Closeable> T performTlsHandshake(
      SocketConnection socketConnection, ServerSession serverSession) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            Authorities.trusting(authorities)
                .getSocketFactory()
                .createSocket(rawSocket, host, port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    if (identity) {
      // names and IP addresses as RFC 6125 and RFC 2818 have it
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    sslSocket = socket;
    return (T) socket;
  }
}
