package io.reseed.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** A KRaft broker and controller in one process of its own, on loopback only. */
final class KafkaBrokerProcess implements KafkaBroker {
  private static final String HOST = "127.0.0.1";
  private static final Duration FORMAT_TIMEOUT = Duration.ofSeconds(60);

  private final Path folder;
  private final int port;
  private final Optional<KafkaSecurity> security;
  private @Nullable OsProcess process;

  private KafkaBrokerProcess(Path folder, int port, Optional<KafkaSecurity> security) {
    this.folder = folder;
    this.port = port;
    this.security = security;
  }

  static KafkaBrokerProcess start(Path folder, Map<String, String> overrides) {
    return started(
        new KafkaBrokerProcess(folder.toAbsolutePath(), FreePort.onLoopback(), Optional.empty()),
        overrides);
  }

  static KafkaBrokerProcess startSecured(
      Path folder, Collection<String> users, Map<String, String> overrides) {
    Path absolute = folder.toAbsolutePath();
    int port = FreePort.onLoopback();
    KafkaSecurity security = KafkaSecurity.in(absolute.resolve("security"), port, users);
    return started(new KafkaBrokerProcess(absolute, port, Optional.of(security)), overrides);
  }

  private static KafkaBrokerProcess started(
      KafkaBrokerProcess broker, Map<String, String> overrides) {
    broker.writeSettings(FreePort.onLoopback(), overrides);
    broker.formatWhenNew();
    broker.run();
    return broker;
  }

  @Override
  public String bootstrapServers() {
    return HOST + ":" + port;
  }

  @Override
  public KafkaSecurity security() {
    return security.orElseThrow(
        () -> new IllegalStateException("Kafka is open to everybody: start it with startSecured."));
  }

  @Override
  public Map<String, String> clientSettings() {
    return security
        .map(secured -> secured.clientSettings(KafkaSecurity.ADMIN))
        .orElseGet(KafkaBroker.super::clientSettings);
  }

  @Override
  public void restart() {
    stop();
    run();
  }

  @Override
  public void kill() {
    if (process != null) {
      process.kill();
      process = null;
    }
  }

  @Override
  public void stop() {
    if (process != null) {
      process.stop();
      process = null;
    }
  }

  @Override
  public long release() {
    if (process == null) {
      throw new IllegalStateException("Kafka does not run, so it cannot live on.");
    }
    process.release();
    return process.pid();
  }

  private void run() {
    OsProcess started =
        OsProcess.start(
            new Launch(
                "kafka", java("-Xmx512m", "kafka.Kafka", settings().toString()), log("broker")));
    process = started;
    try {
      started.awaitPort(new InetSocketAddress(InetAddress.ofLiteral(HOST), port), TIMEOUT);
      awaitService();
    } catch (RuntimeException e) {
      kill();
      throw e;
    }
  }

  /** The port opens before requests are served: ask for something. */
  private void awaitService() {
    try (Admin admin = admin()) {
      admin.describeCluster().nodes().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(
          "Kafka at %s does not answer; its log is %s".formatted(bootstrapServers(), log("broker")),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while Kafka was starting", e);
    }
  }

  private void formatWhenNew() {
    if (Files.exists(folder.resolve("data").resolve("meta.properties"))) {
      return;
    }
    List<String> command =
        java(
            "-Xmx128m",
            "kafka.tools.StorageTool",
            "format",
            "--cluster-id=" + Uuid.randomUuid(),
            "--config=" + settings());
    security.ifPresent(secured -> command.addAll(secured.formatArguments()));
    try (OsProcess format = OsProcess.start(new Launch("kafka-format", command, log("format")))) {
      int code = format.awaitExit(FORMAT_TIMEOUT);
      if (code != 0) {
        throw new IllegalStateException(
            "Kafka's storage cannot be formatted (code %d): %s".formatted(code, format.logTail()));
      }
    }
  }

  /** One client-level compiler and the serial collector: quick to start, small, few threads. */
  private static List<String> java(String heap, String... mainAndArguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Parts.java(),
                heap,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseTransparentHugePages", // a page fault is dear on a virtual machine
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-cp",
                Parts.kafkaClassPath()));
    command.addAll(List.of(mainAndArguments));
    return command;
  }

  private void writeSettings(int controllerPort, Map<String, String> overrides) {
    Properties settings = new Properties();
    settings.putAll(KafkaSettings.singleNode());
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", "1");
    settings.put("controller.quorum.voters", "1@" + HOST + ":" + controllerPort);
    settings.put("controller.listener.names", "CONTROLLER");
    settings.putAll(
        security
            .map(secured -> secured.brokerSettings(controllerPort))
            .orElseGet(() -> openListeners(controllerPort)));
    settings.put("log.dirs", folder.resolve("data").toString());
    settings.putAll(overrides);
    try {
      Files.createDirectories(folder);
      try (Writer writer = Files.newBufferedWriter(settings())) {
        settings.store(writer, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write Kafka's settings to " + settings(), e);
    }
  }

  private Map<String, String> openListeners(int controllerPort) {
    return Map.of(
        "listeners",
        "PLAINTEXT://%s:%d,CONTROLLER://%s:%d".formatted(HOST, port, HOST, controllerPort),
        "advertised.listeners",
        "PLAINTEXT://" + HOST + ":" + port,
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
  }

  private Path settings() {
    return folder.resolve("server.properties");
  }

  private Path log(String name) {
    return folder.resolve(name + ".log");
  }
}
