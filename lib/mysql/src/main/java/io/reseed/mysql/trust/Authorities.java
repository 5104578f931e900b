package io.reseed.mysql.trust;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * PEM files with the certificates of authorities, as the key stores that the driver reads: it takes
 * no PEM, which MySQL's servers are given. Thread-safe.
 */
final class Authorities {
  /** Of files with public certificates: it protects nothing. */
  static final String PASSWORD = "authorities";

  /** By PEM file; there are as many as clusters. */
  private static final Map<Path, Copy> COPIES = new HashMap<>();

  /** A key store in the temporary folder, and when the file that it was made of had changed. */
  private record Copy(FileTime modified, Path keyStore) {}

  private Authorities() {}

  /**
   * A key store with the file's certificates as they are now. It is made again when the file has
   * changed, and when somebody tidied the temporary folder up.
   *
   * @throws IOException that names the file, when it cannot be read or has no certificate
   */
  static synchronized Path keyStore(Path file) throws IOException {
    try {
      FileTime modified = Files.getLastModifiedTime(file);
      Copy copy = COPIES.get(file);
      if (copy == null || !copy.modified().equals(modified) || !Files.exists(copy.keyStore())) {
        copy = new Copy(modified, write(file));
        COPIES.put(file, copy);
      }
      return copy.keyStore();
    } catch (IOException | GeneralSecurityException e) {
      throw new IOException("cannot take the authorities from " + file + ": " + e.getMessage(), e);
    }
  }

  private static Path write(Path file) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    for (Certificate certificate : certificates(file)) {
      trusted.setCertificateEntry("authority-" + trusted.size(), certificate);
    }
    Path keyStore = Files.createTempFile("reseed-authorities-", ".p12");
    keyStore.toFile().deleteOnExit();
    try (OutputStream out = Files.newOutputStream(keyStore)) {
      trusted.store(out, PASSWORD.toCharArray());
    }
    return keyStore;
  }

  private static Collection<? extends Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    try (InputStream content = Files.newInputStream(file)) {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(content);
      if (found.isEmpty()) {
        throw new IOException("the file holds no certificate");
      }
      return found;
    }
  }
}
