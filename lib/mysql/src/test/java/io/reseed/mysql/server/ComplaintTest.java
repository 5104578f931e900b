package io.reseed.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.mysql.server.Complaint.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines that MySQL 9.7 wrote, on damaged files and on hosts that could not serve. */
final class ComplaintTest {
  private static final String TIME = "2026-11-25T18:53:13.389508Z 1 ";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[ERROR] [MY-011906] [InnoDB] Database page corruption on disk or a failed file read of"
            + " page [page id: space=2, page number=5]. You may have to recover from a backup.",
        "[ERROR] [MY-011904] [InnoDB] Space id and page number stored in the page read in are"
            + " [page id: space=780479568, page number=4022005712], should be [page id: space=0,"
            + " page number=5]",
        "[ERROR] [MY-011899] [InnoDB] [FATAL] Unable to read page [page id: space=2, page"
            + " number=5] into the buffer pool after 100 attempts.",
        "[ERROR] [MY-012239] [InnoDB] Space ID in fsp header is 2716123122, but in the page"
            + " header it is 3834470166.",
        "[ERROR] [MY-012222] [InnoDB] Data file './ibdata1' uses page size 0, but the"
            + " innodb_page_size start-up parameter is 16384",
        "[ERROR] [MY-012237] [InnoDB] Corrupted page [page id: space=4294967295, page number=0]"
            + " of datafile './ibdata1' could not be found in the doublewrite buffer.",
        "[ERROR] [MY-012095] [InnoDB] [FATAL] Tablespace id is 4294967279 in the data dictionary"
            + " but in file ./undo_001 it is 4294967295!",
        "[ERROR] [MY-012131] [InnoDB] Could not find a valid tablespace file for `mysql`.",
        "[ERROR] [MY-012153] [InnoDB] Trying to access page number 6 in space 2, space name"
            + " shop/orders, which is outside the tablespace bounds.",
        "[ERROR] [MY-012263] [InnoDB] The Auto-extending innodb_system data file './ibdata1' is"
            + " of a different size 256 pages (rounded down to MB) than specified in the .cnf",
        "[Warning] [MY-012351] [InnoDB] Tablespace 2, name 'shop/orders', file"
            + " './shop/orders.ibd' is missing!",
        "[ERROR] [MY-012646] [InnoDB] File ./ibdata1: 'open' returned OS error 71. Cannot"
            + " continue operation",
        "[ERROR] [MY-012216] [InnoDB] Cannot open datafile for read-only: 'mysql.ibd' OS error:"
            + " 71",
        "[ERROR] [MY-013089] [InnoDB] Invalid redo log header checksum.",
        "[ERROR] [MY-013859] [InnoDB] Failed to read header of the redo log file"
            + " ./#innodb_redo/#ib_redo74",
        "[ERROR] [MY-013862] [InnoDB] Neither found #innodb_redo subdirectory, nor ib_logfile*"
            + " files in ./",
        "[ERROR] [MY-011087] [Server] Different lower_case_table_names settings for server ('1')"
            + " and data dictionary ('0').",
        "[ERROR] [MY-013183] [InnoDB] Assertion failure: btr0cur.cc:339:btr_page_get_next",
      })
  void ofTheFiles(String line) {
    assertKind(Kind.FILES, line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[ERROR] [MY-010334] [Server] Failed to initialize DD Storage Engine",
        "[ERROR] [MY-010020] [Server] Data Dictionary initialization failed.",
        "[ERROR] [MY-010119] [Server] Aborting",
        "[ERROR] [MY-013183] [InnoDB] Assertion failure: srv0srv.cc:1905:ib::fatal triggered",
        "Cannot allocate memory for the buffer pool",
        "[ERROR] [MY-012930] [InnoDB] Plugin initialization aborted with error Generic error.",
        "[ERROR] [MY-010262] [Server] Can't start server: Bind on TCP/IP port: Cannot assign"
            + " requested address",
        "[ERROR] [MY-010257] [Server] Do you already have another mysqld server running on port:"
            + " 22222 ?",
        "[System] [MY-010116] [Server] /srv/corrupt/mysqld (mysqld 9.7.4-2) starting as process 7",
        "[ERROR] [MY-013121] [Repl] Relay log read failure: the source's binary log is corrupted"
      })
  void ofSomethingElse(String line) {
    assertThat(Complaint.in(TIME + line)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[ERROR] [MY-000035] [Server] Disk is full writing './relay.000002' (OS errno 28 - No space"
            + " left on device). Waiting for someone to free space... Retry in 60 secs.",
        "[ERROR] [MY-012640] [InnoDB] Error number 28 means 'Auf dem Geraet ist kein Speicherplatz"
            + " mehr'",
        "[ERROR] [MY-012144] [InnoDB] posix_fallocate(): Failed to preallocate data for file"
            + " ./d/t.ibd, desired size 1048576 bytes. Operating system error number 28.",
      })
  void ofTheDiskAndNotOfTheFiles(String line) {
    assertKind(Kind.DISK_FULL, line);
    assertKind(Kind.DISK_FULL, "[ERROR] [MY-012153] [InnoDB] a page is beyond | " + line);
  }

  private static void assertKind(Kind kind, String line) {
    assertThat(Complaint.in("[Warning] [MY-010068] [Server] something else\n" + TIME + line))
        .hasValueSatisfying(
            complaint -> {
              assertThat(complaint.kind()).isEqualTo(kind);
              assertThat(line).contains(complaint.quote().replace(TIME, ""));
            });
  }
}
