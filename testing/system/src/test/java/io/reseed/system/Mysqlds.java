package io.reseed.system;

import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.server.LocalServer;
import io.reseed.mysql.server.MysqlTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The mysqld processes whose folders lie under one folder, whoever started them. */
final class Mysqlds {
  private static final String OPTIONS_FILE = "--defaults-file=";
  private static final String PLACE = "/run/my.cnf"; // below a server's folder

  private final Path folder;
  private final MysqlTree tree;

  Mysqlds(Path folder, MysqlTree tree) {
    this.folder = folder;
    this.tree = tree;
  }

  /** The folders of all that run, as the process table shows them. */
  List<Path> folders() {
    List<Path> found = new ArrayList<>();
    ProcessHandle.allProcesses().forEach(process -> folderOf(process.pid()).ifPresent(found::add));
    return found;
  }

  private Optional<Path> folderOf(long pid) {
    String commandLine;
    try {
      commandLine = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
    } catch (IOException gone) {
      return Optional.empty();
    }
    return Stream.of(commandLine.split("\0"))
        .filter(argument -> argument.startsWith(OPTIONS_FILE + folder))
        .map(argument -> argument.substring(OPTIONS_FILE.length()))
        .filter(file -> file.endsWith(PLACE))
        .map(file -> Path.of(file.substring(0, file.length() - PLACE.length())))
        .findFirst();
  }

  /** The addresses of all that run. */
  Set<String> addresses() {
    Set<String> addresses = new TreeSet<>();
    for (Path path : folders()) {
      addresses.add(adopted(path).map(server -> server.address().toString()).orElse("? " + path));
    }
    return addresses;
  }

  /** The running server at this address. */
  LocalServer at(ServerAddress address) {
    return folders().stream()
        .flatMap(path -> adopted(path).stream())
        .filter(server -> server.address().equals(address))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("nothing runs at " + address));
  }

  /** SIGKILL for the server at this address, where one runs. */
  void killAt(ServerAddress address) {
    folders().stream()
        .flatMap(path -> adopted(path).stream())
        .filter(server -> server.address().equals(address))
        .forEach(LocalServer::kill);
  }

  private Optional<LocalServer> adopted(Path path) {
    return LocalServer.adopt(path, tree);
  }

  /** The names of the folders in a host's folder for servers, which need not be there. */
  static Set<String> foldersIn(Path servers) {
    if (!Files.isDirectory(servers)) {
      return Set.of();
    }
    try (Stream<Path> children = Files.list(servers)) {
      Set<String> names = new TreeSet<>();
      children.forEach(child -> names.add(child.getFileName().toString()));
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + servers, e);
    }
  }
}
