package io.reseed.installation;

import io.reseed.testkit.FreePort;
import io.reseed.testkit.Launch;
import io.reseed.testkit.OsProcess;
import io.reseed.testkit.Parts;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One service of Reseed as a process of its own, configured by the example of {@code deploy/config}
 * with some values replaced: so the examples stay true.
 */
public final class ServiceProcess implements AutoCloseable {
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(90);
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);

  private final String name;
  private final String service;
  private final Path configuration;
  private final Path log;
  private final int httpPort;
  private @Nullable OsProcess process;

  private ServiceProcess(String name, String service, Path folder, int httpPort) {
    this.name = name;
    this.service = service;
    this.configuration = folder.resolve("config").resolve(name + ".properties");
    this.log = folder.resolve("logs").resolve(name + ".log");
    this.httpPort = httpPort;
  }

  /**
   * Writes the configuration; starts nothing.
   *
   * @param name of this process, e.g. {@code restore-service-spare-1}
   * @param service its module, e.g. {@code restore-service}
   * @param folder of the installation; gets {@code config/} and {@code logs/}
   * @param values what replaces or adds to the example's values
   */
  static ServiceProcess configured(
      String name, String service, Path folder, Map<String, String> values) {
    int port = FreePort.onLoopback();
    ServiceProcess process = new ServiceProcess(name, service, folder, port);
    Map<String, String> all = example(service);
    all.keySet().removeIf(key -> key.startsWith("reseed.mysql.accounts."));
    all.putAll(values);
    all.put("reseed.instance", name);
    all.put("quarkus.http.host", "127.0.0.1");
    all.put("quarkus.http.port", Integer.toString(port));
    process.write(all);
    return process;
  }

  private static Map<String, String> example(String service) {
    Path file = Parts.root().resolve("deploy/config").resolve(service + ".properties");
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the example configuration " + file, e);
    }
    Map<String, String> values = new TreeMap<>();
    properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
    return values;
  }

  private void write(Map<String, String> values) {
    StringBuilder text = new StringBuilder();
    values.forEach(
        (key, value) ->
            text.append(key.replace(" ", "\\ ").replace(":", "\\:"))
                .append('=')
                .append(value.replace("\\", "\\\\"))
                .append('\n'));
    try {
      Files.createDirectories(configuration.getParent());
      Files.createDirectories(log.getParent());
      Files.writeString(configuration, text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the configuration " + configuration, e);
    }
  }

  /** Starts the process; {@link #awaitReady} waits until it works. */
  public void start() {
    start(Map.of());
  }

  /** {@link #start()} with these variables in its environment, which win over its file. */
  public void start(Map<String, String> environment) {
    Map<String, String> variables = new HashMap<>(environment);
    variables.put("QUARKUS_CONFIG_LOCATIONS", configuration.toString());
    Path jar = Parts.root().resolve(service).resolve("target/quarkus-app/quarkus-run.jar");
    if (!Files.exists(jar)) {
      throw new IllegalStateException(
          "The service " + service + " is not built: run ./reseed build (missing " + jar + ")");
    }
    process =
        OsProcess.start(
            new Launch(
                name,
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx" + heapMegabytes(service) + "m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseTransparentHugePages", // a page fault is dear on a virtual machine
                    "-XX:+ExitOnOutOfMemoryError",
                    "--enable-native-access=ALL-UNNAMED",
                    "-jar",
                    jar.toString()),
                variables,
                log));
  }

  /** Snapshot and restore hold extents in memory, see lib/backup; the others hold little. */
  private static int heapMegabytes(String service) {
    return switch (service) {
      case "validator-service" -> 512;
      case "restore-service" -> 384;
      default -> 192;
    };
  }

  /** Waits until the service says that it is ready. */
  public void awaitReady() {
    running().awaitReady("ready on port " + httpPort, READY_TIMEOUT, this::isReady);
  }

  private boolean isReady() {
    HttpRequest request =
        HttpRequest.newBuilder(httpEndpoint().resolve("/q/health/ready"))
            .timeout(PROBE_TIMEOUT)
            .build();
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // an upgrade on the way may hang
            .connectTimeout(PROBE_TIMEOUT)
            .build()) {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** SIGKILL, as a crash would end it; {@link #start} brings it back. */
  public void kill() {
    running().kill();
  }

  /** An orderly end; harmless when it does not run. */
  public void stop() {
    if (process != null) {
      process.stop();
    }
  }

  /** Waits until it has ended by itself, and says how. */
  public int awaitExit() {
    return running().awaitExit(READY_TIMEOUT);
  }

  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Lets the process outlive this JVM. */
  void release() {
    running().release();
  }

  public String name() {
    return name;
  }

  /** Where its HTTP endpoints are. */
  public URI httpEndpoint() {
    return URI.create("http://127.0.0.1:" + httpPort);
  }

  /** Its output. */
  public Path log() {
    return log;
  }

  /** Its process id. */
  public long pid() {
    return running().pid();
  }

  private OsProcess running() {
    if (process == null) {
      throw new IllegalStateException("The service " + name + " was not started.");
    }
    return process;
  }

  @Override
  public void close() {
    stop();
  }
}
