package io.reseed.validator;

import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.service.ServiceParts;
import io.reseed.testkit.Launch;
import io.reseed.testkit.OsProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;

/** The service in a JVM of its own, so that it can be killed. */
public final class ServiceProcess {
  /** Small pieces, one after the other: so that there is time to kill it in the middle. */
  static final SnapshotOptions SLOW = new SnapshotOptions(64 << 10, 64 << 10, 1, 1);

  private ServiceProcess() {}

  /** Runs until it is killed; the argument is a properties file. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(Path.of(arguments[0]))) {
      properties.load(in);
    }
    Map<String, String> values = new HashMap<>();
    properties.stringPropertyNames().forEach(n -> values.put(n, properties.getProperty(n)));
    try (ServiceParts service = TestSettings.open(values, SLOW)) {
      service.failure().thenAccept(_ -> Runtime.getRuntime().halt(1));
      new CountDownLatch(1).await();
    }
  }

  public static OsProcess start(TestSettings settings, Path folder) throws IOException {
    Properties properties = new Properties();
    properties.putAll(settings.values());
    Path file = folder.resolve("child.properties");
    try (OutputStream out = Files.newOutputStream(file)) {
      properties.store(out, null);
    }
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            ServiceProcess.class.getName(),
            file.toString());
    return OsProcess.start(new Launch("validator-service", command, folder.resolve("child.log")));
  }
}
