package io.reseed.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A real S3 service (S3Proxy) over a folder, in a process of its own on loopback, that accepts only
 * requests signed (version 4) with the credentials generated here.
 *
 * <p>It checks signatures, conditional puts, ranges and multipart uploads. It returns no checksums
 * and knows neither object lock nor versions. Each object is a file at {@link #objectFile}, so a
 * test can damage one.
 *
 * <p>Not safe for use by several threads, except for its accessors.
 */
public final class S3Front implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  private final Path folder;
  private final List<String> jvmOptions;
  private final int port;
  private final String accessKey;
  private final String secretKey;
  private @Nullable OsProcess process;

  private S3Front(Path folder, List<String> jvmOptions, int port) {
    this.folder = folder;
    this.jvmOptions = jvmOptions;
    this.port = port;
    this.accessKey = "test" + randomHex(6);
    this.secretKey = randomHex(20);
  }

  /**
   * Starts it and waits until it accepts connections.
   *
   * @param folder gets the objects (in {@code data}), its settings and its log; objects that are
   *     there already are served
   */
  public static S3Front start(Path folder) {
    return start(
        folder, List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseTransparentHugePages"));
  }

  /**
   * Starts one that is made for measurements: it starts slowly, and then takes a half to a third of
   * the processor's time per byte, for the JVM's quick compiler knows no instructions for SHA-256.
   */
  public static S3Front startForMeasuring(Path folder) {
    return start(folder, List.of("-Xmx512m"));
  }

  private static S3Front start(Path folder, List<String> jvmOptions) {
    S3Front front = new S3Front(folder.toAbsolutePath(), jvmOptions, FreePort.onLoopback());
    front.writeSettings();
    front.startAgain();
    return front;
  }

  /** Starts it on the same port with the same data and credentials; harmless when it runs. */
  public void startAgain() {
    if (process != null && process.isAlive()) {
      return;
    }
    OsProcess started = OsProcess.start(new Launch("s3", command(), folder.resolve("s3.log")));
    process = started;
    try {
      started.awaitPort(new InetSocketAddress(InetAddress.ofLiteral(HOST), port), START_TIMEOUT);
    } catch (RuntimeException e) {
      kill();
      throw e;
    }
  }

  /** Stops it in an orderly way; {@link #startAgain} brings it back. Harmless when stopped. */
  public void stop() {
    if (process != null) {
      process.stop();
      process = null;
    }
  }

  /** SIGKILL: requests under way break off. */
  public void kill() {
    if (process != null) {
      process.kill();
      process = null;
    }
  }

  /** Lets it live on when this JVM ends, and says by which process id to end it then. */
  public long release() {
    if (process == null) {
      throw new IllegalStateException("The S3 front does not run, so it cannot live on.");
    }
    process.release();
    return process.pid();
  }

  /** Stops it, see {@link #stop}. */
  @Override
  public void close() {
    stop();
  }

  /** Where it listens; clients must use path-style addresses. The same over a restart. */
  public URI endpoint() {
    return URI.create("http://" + HOST + ":" + port);
  }

  public String accessKey() {
    return accessKey;
  }

  public String secretKey() {
    return secretKey;
  }

  /** The region to sign for; S3Proxy takes any. */
  public String region() {
    return "us-east-1";
  }

  /** The folder of the objects: {@code <bucket>/<key>}. */
  public Path folder() {
    return folder.resolve("data");
  }

  /** The file that holds an object's bytes, whether it exists or not. */
  public Path objectFile(String bucket, String key) {
    return folder().resolve(bucket).resolve(key);
  }

  /** Creates a bucket; fails when it exists. Names have 3 to 63 characters. */
  public void createBucket(String name) {
    try (S3Client client = client()) {
      client.createBucket(request -> request.bucket(name));
    }
  }

  /** A new synchronous client with this service's address and credentials; the caller closes it. */
  public S3Client client() {
    return S3Client.builder()
        .endpointOverride(endpoint())
        .forcePathStyle(true)
        .region(Region.of(region()))
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey)))
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Parts.java());
    command.addAll(jvmOptions);
    command.addAll(
        List.of(
            "-DLOG_LEVEL=warn",
            "-jar",
            Parts.s3ProxyJar().toString(),
            "--properties",
            settings().toString()));
    return command;
  }

  private void writeSettings() {
    Properties settings = new Properties();
    settings.put("s3proxy.authorization", "aws-v4");
    settings.put("s3proxy.endpoint", endpoint().toString());
    settings.put("s3proxy.identity", accessKey);
    settings.put("s3proxy.credential", secretKey);
    settings.put("jclouds.provider", "filesystem-nio2");
    settings.put("jclouds.identity", "unused");
    settings.put("jclouds.credential", "unused");
    settings.put("jclouds.filesystem.basedir", folder().toString());
    try {
      Files.createDirectories(folder());
      Files.deleteIfExists(settings());
      Files.createFile(settings());
      Files.setPosixFilePermissions(
          settings(), Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
      try (Writer writer = Files.newBufferedWriter(settings())) {
        settings.store(writer, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the S3 front's settings to " + settings(), e);
    }
  }

  private Path settings() {
    return folder.resolve("s3proxy.properties");
  }

  private static String randomHex(int byteCount) {
    byte[] bytes = new byte[byteCount];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
