package io.reseed.mysql.trust;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** PEM files with the certificates of authorities, as contexts that trust nobody else. */
final class Authorities {
  /** By file; there are as many as clusters. */
  private static final Map<Path, Loaded> LOADED = new ConcurrentHashMap<>();

  private record Loaded(FileTime modified, SSLContext context) {}

  private Authorities() {}

  /**
   * A context that trusts who the file names, as it is now.
   *
   * @param file null for those that the JVM trusts
   * @throws SSLException that names the file, when it cannot be read or has no certificate
   */
  static SSLContext trusting(@Nullable Path file) throws SSLException {
    try {
      if (file == null) {
        return SSLContext.getDefault();
      }
      FileTime modified = Files.getLastModifiedTime(file);
      Loaded loaded = LOADED.get(file);
      if (loaded == null || !loaded.modified().equals(modified)) {
        loaded = new Loaded(modified, context(file));
        LOADED.put(file, loaded);
      }
      return loaded.context();
    } catch (IOException | GeneralSecurityException e) {
      throw new SSLException("cannot take the authorities from " + file + ": " + e.getMessage(), e);
    }
  }

  private static SSLContext context(Path file) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    for (Certificate certificate : certificates(file)) {
      trusted.setCertificateEntry("authority-" + trusted.size(), certificate);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
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
