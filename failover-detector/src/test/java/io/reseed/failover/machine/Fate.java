package io.reseed.failover.machine;

import io.reseed.fleet.ServerAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What goes wrong in a {@link Simulation}, and what a good operator repairs. */
final class Fate {
  private static final List<String> NAMES = List.of("a", "b", "c", "d");

  private final Random random;
  private final Story story;
  private final World world;
  private final Mail mail;

  /** How messages get on their way. */
  interface Mail {
    /** Puts a message on its way, perhaps twice, perhaps not at all. */
    void send(FailoverInput input);

    /** Answers that were under way when the service stopped are lost. */
    void dropAnswers();

    /** The detector cannot look for so long. */
    void blind(Duration duration);

    void log(String what);
  }

  Fate(Random random, Story story, Mail mail) {
    this.random = random;
    this.story = story;
    this.world = story.world;
    this.mail = mail;
  }

  private String any(List<String> names) {
    return names.get(random.nextInt(names.size()));
  }

  /** Something bad, or nothing. */
  void strike() {
    switch (random.nextInt(36)) {
      case 0 -> kill(any(NAMES));
      case 1, 2 -> start(any(NAMES));
      case 3, 4, 5 -> promoteSomebody(true);
      case 6 -> promoteSomebody(false);
      case 7 -> claim();
      case 8 -> hostTrouble();
      case 9 -> backupTrouble();
      case 10 -> breakApplier();
      case 11 -> redeclare();
      case 12 -> restart();
      case 13 -> killSeeded();
      case 14 -> follow();
      case 15 -> mail.blind(Duration.ofSeconds(random.nextInt(90)));
      default -> {
        // most steps bring nothing bad
      }
    }
  }

  private void kill(String name) {
    mail.log("kill " + name);
    world.kill(name);
    world.server(name).listens = random.nextInt(10) == 0;
  }

  private void start(String name) {
    if (!world.servers.containsKey(World.at(name))) {
      return;
    }
    mail.log("start " + name);
    World.Server server = world.server(name);
    server.up = true;
    server.applierRunning = true;
    Optional<ServerAddress> writable = writable();
    if (server.writable && writable.isPresent() && random.nextInt(4) > 0) {
      // its topology manager fences it before it serves
      server.writable = false;
      server.source = writable.get();
      server.executed.addAll(world.serverAt(writable.get()).executed);
    }
  }

  private Optional<ServerAddress> writable() {
    return world.servers.keySet().stream()
        .filter(address -> world.serverAt(address).writable && world.serverAt(address).up)
        .findFirst();
  }

  /** A topology manager at work, more or less well. */
  private void promoteSomebody(boolean report) {
    List<String> up = NAMES.stream().filter(name -> world.server(name).up).toList();
    if (up.isEmpty() || (writable().isPresent() && random.nextInt(8) > 0)) {
      return;
    }
    String promoted = any(up);
    Optional<ServerAddress> failed =
        world.servers.keySet().stream().filter(a -> world.serverAt(a).writable).findFirst();
    mail.log("promote " + promoted);
    world.servers.values().forEach(server -> server.writable &= !server.up);
    world.primary(promoted);
    for (String name : up) {
      if (!name.equals(promoted) && random.nextInt(4) > 0) {
        world.replica(name, promoted);
      }
    }
    if (report) {
      String dead = failed.map(address -> address.host().substring(5)).orElse(any(NAMES));
      if (!dead.equals(promoted) && NAMES.contains(dead)) {
        mail.send(story.claimed(dead, promoted));
      }
    }
  }

  private void claim() {
    String failed = any(List.of("a", "b", "c", "d", "q", "r"));
    String promoted = any(List.of("a", "b", "c", "d", "q", "none"));
    if (!failed.equals(promoted)) {
      mail.send(story.claimed(failed, promoted.equals("none") ? null : promoted));
    }
  }

  private void hostTrouble() {
    World.Host host = List.copyOf(world.hosts.values()).get(random.nextInt(world.hosts.size()));
    host.alive = random.nextInt(3) > 0;
    host.bytesFree = random.nextInt(3) > 0 ? 1_000 : 50;
  }

  private void backupTrouble() {
    if (random.nextInt(3) == 0) {
      world.backups.clear();
    } else {
      world.backups.addFirst("b" + random.nextInt(1_000));
    }
  }

  private void breakApplier() {
    world.server(any(NAMES)).applierRunning = random.nextInt(3) > 0;
  }

  private void redeclare() {
    if (random.nextInt(6) == 0) {
      mail.send(new FailoverInput.Withdrawal());
    }
    List<ServerAddress> servers =
        random.nextBoolean() ? World.at("a", "b", "c") : World.at("a", "d");
    mail.send(new FailoverInput.Declaration(1 + random.nextInt(3), servers));
  }

  private void restart() {
    mail.log("restart");
    mail.dropAnswers();
    story.restart();
  }

  private void killSeeded() {
    world.servers.forEach(
        (address, server) -> {
          if (address.host().startsWith("spare") && random.nextInt(3) == 0) {
            server.up = false;
          }
        });
  }

  /** Replicas that were left behind are pointed at the writable server, and errors mended. */
  private void follow() {
    writable()
        .ifPresent(
            primary ->
                world.servers.forEach(
                    (address, server) -> {
                      if (server.up && !server.writable && !address.equals(primary)) {
                        server.source = primary;
                        server.applierRunning = true;
                        server.executed.addAll(world.serverAt(primary).executed);
                      }
                    }));
  }

  /** A good operator: servers run, one of them is writable, the others follow it. */
  void repair() {
    world.servers.forEach(
        (address, server) -> {
          server.up |= NAMES.contains(address.host().substring(5)) || random.nextInt(20) == 0;
          server.listens = false;
        });
    Optional<ServerAddress> primary =
        story.state instanceof DeclaredShard shard
            ? shard.leadership().verified().filter(world.servers::containsKey)
            : Optional.empty();
    ServerAddress leader = primary.or(this::writable).orElse(World.at("b"));
    world.servers.forEach((address, server) -> server.writable = address.equals(leader));
    world.serverAt(leader).source = null;
    world.servers.values().forEach(s -> world.serverAt(leader).executed.addAll(s.executed));
    follow();
  }
}
