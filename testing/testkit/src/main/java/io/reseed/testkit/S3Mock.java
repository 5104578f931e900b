package io.reseed.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A second S3 service (Adobe's S3Mock), in a process of its own on loopback: unlike {@link S3Front}
 * it returns checksums and has versions, and accepts any key. Takes some seconds to start.
 */
public final class S3Mock implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);

  /** Its plain port listens on all addresses unless the connector is told otherwise. */
  private static final String LOOPBACK_ONLY =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <beans xmlns="http://www.springframework.org/schema/beans"
             xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
             xsi:schemaLocation="http://www.springframework.org/schema/beans
                 http://www.springframework.org/schema/beans/spring-beans.xsd">
        <bean class="org.springframework.beans.factory.config.MethodInvokingBean"
              lazy-init="false">
          <property name="targetObject" ref="httpConnector"/>
          <property name="targetMethod" value="setProperty"/>
          <property name="arguments">
            <list><value>address</value><value>%s</value></list>
          </property>
        </bean>
      </beans>
      """
          .formatted(HOST);

  private final int port;
  private final OsProcess process;

  private S3Mock(int port, OsProcess process) {
    this.port = port;
    this.process = process;
  }

  /**
   * Starts it and waits until it accepts connections.
   *
   * @param folder gets the objects and its log
   */
  public static S3Mock start(Path folder) {
    Path absolute = folder.toAbsolutePath();
    int port = FreePort.onLoopback();
    OsProcess process =
        OsProcess.start(new Launch("s3mock", command(absolute, port), absolute.resolve("s3.log")));
    try {
      process.awaitPort(new InetSocketAddress(InetAddress.ofLiteral(HOST), port), START_TIMEOUT);
      return new S3Mock(port, process);
    } catch (RuntimeException e) {
      process.kill();
      throw e;
    }
  }

  /** Stops it. */
  @Override
  public void close() {
    process.stop();
  }

  /** Where it listens; clients must use path-style addresses. */
  public URI endpoint() {
    return URI.create("http://" + HOST + ":" + port);
  }

  /** It takes any credentials; these are some. */
  public String accessKey() {
    return "any";
  }

  public String secretKey() {
    return "any secret";
  }

  /** Creates a bucket; fails when it exists. */
  public void createBucket(String name) {
    try (S3Client client = client()) {
      client.createBucket(request -> request.bucket(name));
    }
  }

  /** A new synchronous client; the caller closes it. */
  public S3Client client() {
    return S3Client.builder()
        .endpointOverride(endpoint())
        .forcePathStyle(true)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey(), secretKey())))
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  private static List<String> command(Path folder, int port) {
    Path data = folder.resolve("data");
    Path beans = folder.resolve("loopback.xml");
    try {
      Files.createDirectories(data);
      Files.writeString(beans, LOOPBACK_ONLY);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write S3Mock's settings to " + folder, e);
    }
    return List.of(
        Parts.java(),
        "-Xmx256m",
        "-XX:TieredStopAtLevel=1",
        "-jar",
        Parts.s3MockJar().toString(),
        "--server.address=" + HOST,
        "--server.port=" + FreePort.onLoopback(),
        "--http.port=" + port,
        "--spring.main.sources=" + beans.toUri(),
        "--com.adobe.testing.s3mock.store.root=" + data,
        "--com.adobe.testing.s3mock.store.retainFilesOnExit=true");
  }
}
