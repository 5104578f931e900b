package io.reseed.backup.verify;

import io.reseed.backup.format.Extent;
import io.reseed.backup.verify.VerifyReport.Fault;
import io.reseed.backup.verify.VerifyReport.Kind;
import io.reseed.mysql.innodb.PageFault;
import io.reseed.mysql.innodb.TablespaceInspector;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was found so far, by many threads. */
final class Findings {
  private static final Logger LOG = LoggerFactory.getLogger(Findings.class);

  private final NavigableMap<StoredAt, Fault> faults = new ConcurrentSkipListMap<>();
  private final Queue<TablespaceInspector> inspectors = new ConcurrentLinkedQueue<>();

  void bad(BadPart part) {
    add(part.at(), part.fault());
  }

  void badPage(OpenedBackup backup, Extent.Place place, PageFault fault) {
    add(backup.at(place), PartReader.fault(place, Kind.BAD_PAGE, fault.message()));
  }

  /** The first fault of a part is the one that counts. */
  private void add(StoredAt at, Fault fault) {
    if (faults.putIfAbsent(at, fault) == null) {
      LOG.warn(
          "Bad part of a pack pack={} offset={} bytes={} kind={} fault={}",
          at.packKey(),
          fault.offset(),
          fault.storedBytes(),
          fault.kind(),
          fault.message());
    }
  }

  void inspects(TablespaceInspector inspector) {
    inspectors.add(inspector);
  }

  NavigableMap<StoredAt, Fault> faults() {
    return faults;
  }

  long pagesChecked() {
    return inspectors.stream().mapToLong(TablespaceInspector::pagesChecked).sum();
  }
}
