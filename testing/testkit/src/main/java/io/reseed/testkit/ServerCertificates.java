package io.reseed.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A certificate authority of its own, and a key with a certificate that it signed for all servers
 * of one kind, as PEM: Kafka, MySQL and their clients read that.
 *
 * @param trusted the authority's certificate
 * @param server the servers' private key and its chain
 */
record ServerCertificates(Path trusted, Path server) {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String PASSWORD_VARIABLE = "RESEED_KEY_STORE_PASSWORD";
  private static final String AUTHORITY = "authority";
  private static final String SERVER = "server";

  /**
   * Those in the folder; made when there are none.
   *
   * @param addresses IP addresses that the certificate names, beside {@code localhost}
   */
  static ServerCertificates in(Path folder, List<String> addresses) {
    ServerCertificates certificates =
        new ServerCertificates(folder.resolve("trusted.pem"), folder.resolve("server.pem"));
    if (!Files.exists(certificates.server())) {
      String names = "dns:localhost,ip:" + String.join(",ip:", addresses);
      certificates.make(folder.resolve("keys.p12"), names);
    }
    return certificates;
  }

  private void make(Path keys, String names) {
    String password = UUID.randomUUID().toString();
    keyTool(
        keys,
        password,
        List.of("-alias", AUTHORITY, "-dname", "CN=authority of one test"),
        List.of("-ext", "bc:critical=ca:true", "-ext", "ku:critical=keyCertSign"));
    keyTool(
        keys,
        password,
        List.of("-alias", SERVER, "-dname", "CN=localhost", "-signer", AUTHORITY),
        List.of("-ext", "san=" + names));
    try {
      KeyStore store = KeyStore.getInstance(keys.toFile(), password.toCharArray());
      Files.writeString(trusted, pem("CERTIFICATE", store.getCertificate(AUTHORITY).getEncoded()));
      writeServers(store, password);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("Cannot take certificates out of " + keys, e);
    }
  }

  /** Written last: it stands for all of them. */
  private void writeServers(KeyStore store, String password)
      throws GeneralSecurityException, IOException {
    Key key = store.getKey(SERVER, password.toCharArray());
    StringBuilder content = new StringBuilder(pem("PRIVATE KEY", key.getEncoded()));
    for (Certificate certificate : store.getCertificateChain(SERVER)) {
      content.append(pem("CERTIFICATE", certificate.getEncoded()));
    }
    Files.createFile(
        server, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(server, content);
  }

  private static void keyTool(
      Path keys, String password, List<String> who, List<String> extensions) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC",
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "3650",
                "-storetype",
                "PKCS12",
                "-keystore",
                keys.toString(),
                "-storepass:env",
                PASSWORD_VARIABLE));
    command.addAll(who);
    command.addAll(extensions);
    Path log = keys.resolveSibling("keytool.log");
    try (OsProcess tool =
        OsProcess.start(new Launch("keytool", command, Map.of(PASSWORD_VARIABLE, password), log))) {
      int code = tool.awaitExit(TIMEOUT);
      if (code != 0) {
        throw new IllegalStateException(
            "keytool makes no key in %s (code %d): %s".formatted(keys, code, tool.logTail()));
      }
    }
  }

  private static String pem(String type, byte[] content) {
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
        .formatted(
            type, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content), type);
  }
}
