package io.reseed.bench.peer;

import io.reseed.bench.machine.Command;
import io.reseed.bench.machine.Parallel;
import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.Credentials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** mydumper and myloader: rows as statements, in parallel. */
public record Mydumper(Tools tools, Credentials account) {
  /** Dumps a database into a new folder. */
  public void dump(ServerAddress server, String database, Path folder) throws IOException {
    command("mydumper", server)
        .appended(List.of("--outputdir", folder.toString(), "--database", database))
        // it knows no lock that MySQL 9 has besides its own; the donor is not written to
        .appended(List.of("--no-locks", "--rows", "100000"))
        .run();
  }

  /** Loads a dump; the rows are durable as the server's settings make each commit. */
  public void load(ServerAddress server, Path folder) throws IOException {
    command("myloader", server).appended(List.of("--directory", folder.toString())).run();
  }

  private Command command(String program, ServerAddress server) {
    return Command.of(
        tools.find(program).orElseThrow().toString(),
        "--host=" + server.host(),
        "--port=" + server.port(),
        "--user=" + account.user(),
        "--password=" + account.password(),
        "--threads=" + Parallel.cores());
  }
}
