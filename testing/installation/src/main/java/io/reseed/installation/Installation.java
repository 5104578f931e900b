package io.reseed.installation;

import io.reseed.backup.encryption.LocalMasterKeys;
import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.StoreSettings;
import io.reseed.fleet.ShardName;
import io.reseed.mysql.Credentials;
import io.reseed.testkit.FreePort;
import io.reseed.testkit.KafkaBroker;
import io.reseed.testkit.MysqlFleet;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.S3Front;
import io.reseed.testkit.Tether;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A whole Reseed on one machine: Kafka, S3, a fleet, spare hosts, and every service as a process of
 * its own. Everything listens on loopback and ends with {@link #close}, or with this JVM at the
 * latest.
 */
public final class Installation implements AutoCloseable {
  /** The cluster that all shards belong to. */
  public static final String CLUSTER = "commerce";

  /** Where all backups lie. */
  public static final String BUCKET = "reseed-demo";

  private static final int STARTING_MAX = 3;
  private static final int MASTER_KEY_BYTES = 32;

  private final Path folder;
  private final Tempo tempo;
  private final KafkaAccess kafka;
  private final S3Front store;
  private final MysqlFleet fleet;
  private final List<DemoShard> shards = new ArrayList<>();
  private final List<SpareHost> hosts = new ArrayList<>();
  private final Map<String, ServiceProcess> services = new LinkedHashMap<>();
  private final CommandLine commandLine;
  private final Path masterKeysFile;
  private final String eventToken = UUID.randomUUID().toString();

  private Installation(Path folder, Tempo tempo, Function<Path, KafkaAccess> broker) {
    this.folder = folder;
    this.tempo = tempo;
    Tether.ofThisJvm().holdServersUnder(folder);
    CompletableFuture<S3Front> storeStarting =
        CompletableFuture.supplyAsync(() -> S3Front.start(folder.resolve("s3")));
    this.kafka = broker.apply(folder.resolve("kafka"));
    this.store = storeStarting.join();
    this.fleet = MysqlFleet.in(folder.resolve("mysql"));
    this.masterKeysFile = ownersFile("master-keys", newMasterKey());
    this.commandLine =
        new CommandLine(
            ownersFile("cli.properties", CommandLine.configuration(kafka)), folder.resolve("logs"));
  }

  /**
   * Starts Kafka and S3, creates topics and bucket.
   *
   * @param folder everything lies under it
   */
  public static Installation start(Path folder, Tempo tempo) {
    return start(folder, tempo, KafkaAccess::plain);
  }

  /**
   * Starts Kafka and S3, creates topics and bucket.
   *
   * @param folder everything lies under it
   * @param broker starts the broker in a folder of its own
   */
  public static Installation start(Path folder, Tempo tempo, Function<Path, KafkaAccess> broker) {
    Installation installation = new Installation(folder, tempo, broker);
    try {
      installation.store.createBucket(BUCKET);
      installation.commandLine.run("topics", "apply", "-f", "deploy/topics.yaml");
      return installation;
    } catch (RuntimeException e) {
      installation.close();
      throw e;
    }
  }

  /** Starts a shard's servers: a primary with data, and replicas that replicate from it. */
  public DemoShard newShard(String shard, int replicas, Dataset data) {
    ShardName name = new ShardName(CLUSTER, shard);
    DemoShard started = Fleets.newShard(fleet, name, replicas, data);
    synchronized (shards) {
      shards.add(started);
      shards.sort(Comparator.comparing(DemoShard::name));
    }
    return started;
  }

  /** Publishes the declarations of all shards. */
  public void declareShards() {
    StringBuilder yaml = new StringBuilder("shards:\n");
    for (DemoShard shard : shards()) {
      yaml.append("  - shard: \"").append(shard.name()).append("\"\n    replicasDesired: ");
      yaml.append(shard.replicasDesired()).append("\n    servers:\n");
      for (MysqlServerProcess server : shard.servers()) {
        yaml.append("      - \"").append(server.address()).append("\"\n");
      }
    }
    Path file = folder.resolve("shards.yaml");
    try {
      Files.writeString(file, yaml);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the declarations to " + file, e);
    }
    commandLine.run("apply", "-f", file.toString());
  }

  /** Adds a host and configures, but does not start, its restore-service. */
  public SpareHost newHost(String name, String pool, String zone) {
    String address = fleet.nextHostAddress();
    int port = FreePort.on(address);
    SpareHost host =
        new SpareHost(name, pool, zone, address, port, folder.resolve("hosts").resolve(name));
    hosts.add(host);
    Map<String, String> values = new HashMap<>(common());
    values.putAll(storeValues());
    values.put("reseed.store.master-keys-file", masterKeysFile.toString());
    values.putAll(hostValues(host));
    values.putAll(fleet.hostSettings(CLUSTER, "agent", "donor"));
    values.putAll(tempo.restore());
    configure("restore-service-" + name, "restore-service", values);
    return host;
  }

  /** Configures the coordinators, and the validator-service on the backup host. */
  public void configureCoordinators(SpareHost backupHost) {
    configureDetector("failover-detector");
    configureCatchUp("catchup-service");
    configureValidator("validator-service", backupHost);
  }

  /** Configures, but does not start, a validator-service of this name on a backup host. */
  public void configureValidator(String name, SpareHost backupHost) {
    Map<String, String> values = new HashMap<>(common());
    values.putAll(storeValues());
    values.put("reseed.store.master-keys-file", masterKeysFile.toString());
    values.put("reseed.host.name", backupHost.name());
    values.put("reseed.host.directory", backupHost.directory().toString());
    values.putAll(accounts("observer", "agent", "checker"));
    values.putAll(assertion());
    values.putAll(stateDirectory(name));
    values.putAll(tempo.validator());
    configure(name, "validator-service", values);
  }

  /**
   * The operator's own check: a backup whose newest write is older than a day is not the shard's. A
   * shard that nobody wrote to yet passes.
   */
  private static Map<String, String> assertion() {
    String prefix = "reseed.checks.\"" + CLUSTER + "\".assertions.\"newest-write\".";
    return Map.of(
        prefix + "query",
            "SELECT COALESCE(TIMESTAMPDIFF(SECOND, MAX(at), NOW()), 0) FROM shop.journal",
        prefix + "expect", "< 86400");
  }

  private void configureDetector(String name) {
    Map<String, String> values = new HashMap<>(common());
    values.putAll(storeValues());
    values.putAll(accounts("observer"));
    values.putAll(stateDirectory(name));
    values.put("reseed.http.token-file", ownersFile("event-tokens", eventToken + "\n").toString());
    values.putAll(tempo.detector());
    configure(name, "failover-detector", values);
  }

  private void configureCatchUp(String name) {
    Map<String, String> values = new HashMap<>(common());
    values.putAll(accounts("observer", "agent", "replicator"));
    values.putAll(stateDirectory(name));
    values.putAll(tempo.catchUp());
    configure(name, "catchup-service", values);
  }

  private void configure(String name, String service, Map<String, String> values) {
    services.put(name, ServiceProcess.configured(name, service, folder, values));
  }

  /** Starts all configured services, some at a time, and waits until each is ready. */
  public void startServices() {
    List<ServiceProcess> all = services();
    for (int first = 0; first < all.size(); first += STARTING_MAX) {
      List<ServiceProcess> some = all.subList(first, Math.min(all.size(), first + STARTING_MAX));
      some.forEach(ServiceProcess::start);
      some.forEach(ServiceProcess::awaitReady);
    }
  }

  private Map<String, String> common() {
    Map<String, String> values = new HashMap<>();
    kafka.clientSettings().forEach((key, value) -> values.put("kafka." + key, value));
    values.put("kafka.bootstrap.servers", kafka.broker().bootstrapServers());
    return values;
  }

  private Map<String, String> stateDirectory(String name) {
    return Map.of("reseed.kafka.state-directory", folder.resolve("state").resolve(name).toString());
  }

  private Map<String, String> storeValues() {
    return Map.of(
        "reseed.store.endpoint", store.endpoint().toString(),
        "reseed.store.region", store.region(),
        "reseed.store.bucket", BUCKET,
        "reseed.store.access-key", store.accessKey(),
        "reseed.store.secret-key", store.secretKey(),
        "reseed.store.path-style", "true");
  }

  private static Map<String, String> hostValues(SpareHost host) {
    Map<String, String> values = new HashMap<>();
    values.put("reseed.host.name", host.name());
    values.put("reseed.host.pool", host.pool());
    values.put("reseed.host.zone", host.zone());
    values.put("reseed.host.address", host.address());
    values.put("reseed.host.port-first", Integer.toString(host.portFirst()));
    values.put("reseed.host.port-last", Integer.toString(host.portLast()));
    values.put("reseed.host.directory", host.directory().toString());
    values.put("reseed.host.slots", "4");
    values.put("reseed.host.bytes-reserved", "100000000");
    values.put("reseed.host.buffer-pool-megabytes", "64");
    return values;
  }

  private Map<String, String> accounts(String... roles) {
    return fleet.accounts().settings(CLUSTER, roles);
  }

  public KafkaBroker kafka() {
    return kafka.broker();
  }

  /** What a client of {@link #kafka} needs, by its Kafka name: the address and all else. */
  public Map<String, String> kafkaClient() {
    return kafka.client();
  }

  /** With what an event may be sent to the detector over HTTP. */
  public String eventToken() {
    return eventToken;
  }

  public S3Front store() {
    return store;
  }

  /** What all backups are encrypted with; only the hosts' services have it. */
  public MasterKeys masterKeys() {
    return LocalMasterKeys.read(masterKeysFile);
  }

  private static String newMasterKey() {
    byte[] key = new byte[MASTER_KEY_BYTES];
    new SecureRandom().nextBytes(key);
    return "demo " + Base64.getEncoder().encodeToString(key) + "\n";
  }

  /** Writes a file below {@code config/} that nobody else may read; one that is there stays. */
  private Path ownersFile(String name, String text) {
    Path file = folder.resolve("config").resolve(name);
    try {
      Files.createDirectories(folder.resolve("config"));
      if (!Files.exists(file)) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  /** The repository of all shards' backups; the caller closes it. */
  public ObjectStore openStore() {
    return new StoreSettings(
            store.endpoint(),
            store.region(),
            BUCKET,
            "",
            new StoreSettings.Credentials(store.accessKey(), store.secretKey()),
            true,
            StoreSettings.Client.defaults())
        .open();
  }

  public MysqlFleet fleet() {
    return fleet;
  }

  /** All shards, by name. */
  public List<DemoShard> shards() {
    synchronized (shards) {
      return List.copyOf(shards);
    }
  }

  public List<SpareHost> hosts() {
    return List.copyOf(hosts);
  }

  /** A service by its process' name, e.g. {@code catchup-service}. */
  public ServiceProcess service(String name) {
    ServiceProcess found = services.get(name);
    if (found == null) {
      throw new IllegalArgumentException("no service " + name + "; there are " + services.keySet());
    }
    return found;
  }

  /** All services. */
  public List<ServiceProcess> services() {
    return List.copyOf(services.values());
  }

  /** Reseed's own command line, pointed at this installation. */
  public CommandLine commandLine() {
    return commandLine;
  }

  public Path folder() {
    return folder;
  }

  /** An options file with which {@code mysql} logs in as the fleet's administrator. */
  public Path clientOptions() {
    Credentials admin = fleet.accounts().admin();
    return ownersFile(
        "client.cnf", "[client]\nuser=%s\npassword=%s\n".formatted(admin.user(), admin.password()));
  }

  /** Lets everything live on when this JVM ends; to be ended in the order given. */
  public List<KeptProcess> release() {
    List<KeptProcess> released = new ArrayList<>();
    for (ServiceProcess service : services()) {
      service.release();
      released.add(KeptProcess.of(service.name(), service.pid()));
    }
    released.add(KeptProcess.of("s3", store.release()));
    released.add(KeptProcess.of("kafka", kafka.broker().release()));
    fleet.release();
    Tether.ofThisJvm().releaseServersUnder(folder);
    return released;
  }

  /** Ends all processes: services first, so that none of them takes the end for a failure. */
  @Override
  public void close() {
    services.values().parallelStream().forEach(ServiceProcess::close);
    MysqlFleet.destroyServersUnder(folder);
    fleet.close();
    store.close();
    kafka.broker().close();
  }
}
