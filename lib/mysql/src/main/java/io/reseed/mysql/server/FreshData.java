package io.reseed.mysql.server;

import io.reseed.durable.FullDisk;
import io.reseed.fleet.FailureCode;
import io.reseed.mysql.MysqlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** Makes the data directory of a server that has none yet: whole, or not at all. */
record FreshData(ServerFolder folder, ServerSpec spec, MysqlTree tree) {
  /** Settings that a server's first files are made by: no template has them. */
  private static final Set<String> LAID_OUT =
      Set.of(
          "innodb_page_size",
          SystemTablespace.HOME,
          SystemTablespace.SETTING,
          "innodb_log_group_home_dir",
          "innodb_undo_directory",
          "lower_case_table_names");

  void make(Duration timeout) {
    Folders.deleteTree(folder.dataPartial());
    if (tree.template().isPresent() && Collections.disjoint(LAID_OUT, spec.settings().keySet())) {
      copyTemplate(tree.template().get(), timeout);
    } else {
      initialiseInsecurely(timeout);
    }
    Folders.delete(folder.data());
    try {
      Files.move(folder.dataPartial(), folder.data(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw Folders.failed("move", folder.dataPartial(), e);
    }
  }

  private void copyTemplate(Path template, Duration timeout) {
    List<String> copy =
        List.of("cp", "-r", "--reflink=auto", template.toString(), folder.dataPartial().toString());
    try {
      Subprocess.run(copy, timeout, FailureCode.FILE_FAILED);
    } catch (MysqlException e) {
      throw FullDisk.at(folder.directory())
          ? new MysqlException(FailureCode.TARGET_FULL, String.valueOf(e.getMessage()), e)
          : e;
    }
    Folders.delete(folder.dataPartial().resolve("auto.cnf"));
  }

  private void initialiseInsecurely(Duration timeout) {
    List<String> command = new ArrayList<>();
    command.add(tree.mysqld().toString());
    command.add("--no-defaults");
    command.add("--initialize-insecure");
    command.add("--datadir=" + folder.dataPartial());
    spec.settings()
        .forEach(
            (name, value) -> {
              if (LAID_OUT.contains(name)) {
                command.add("--" + name + "=" + value);
              }
            });
    if ("root".equals(System.getProperty("user.name"))) {
      command.add("--user=root");
    }
    Subprocess.run(command, timeout, FailureCode.SERVER_START_FAILED);
    Folders.delete(folder.dataPartial().resolve("auto.cnf"));
  }
}
