package io.reseed.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.mysql.server.Complaint.Kind;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComplaintTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[ERROR] [MY-011906] [InnoDB] Database page corruption on disk or a failed file read",
        "[ERROR] [MY-013183] [InnoDB] Assertion failure: btr0cur.cc:339:btr_page_get_next",
        "[ERROR] [MY-010334] [Server] Failed to initialize DD Storage Engine: Data Dictionary",
      })
  void blamesTheFiles(String line) {
    assertThat(Complaint.in("[Warning] something else\n" + line))
        .hasValueSatisfying(
            complaint -> {
              assertThat(complaint.kind()).isEqualTo(Kind.FILES);
              assertThat(complaint.quote()).isEqualTo(line);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[Server] Disk is full writing './binlog.000002' (OS errno 28 - No space left on device)",
        "[InnoDB] Operating system error number 28 in a file operation.",
      })
  void blamesAFullDiskBeforeTheFilesThatItSpoiled(String line) {
    assertThat(Complaint.in("[InnoDB] the page is corrupt\n" + line).map(Complaint::kind))
        .hasValue(Kind.DISK_FULL);
  }

  @Test
  void blamesNeitherForWhatAHostMayDo() {
    assertThat(Complaint.in("Cannot allocate memory for the buffer pool\nAborting"))
        .isEqualTo(Optional.empty());
  }
}
