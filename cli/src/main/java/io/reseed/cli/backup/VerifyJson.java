package io.reseed.cli.backup;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reseed.backup.verify.VerifyReport;
import io.reseed.backup.verify.VerifyReport.BadPack;
import io.reseed.backup.verify.VerifyReport.Counts;
import io.reseed.backup.verify.VerifyReport.Fault;
import io.reseed.backup.verify.VerifyReport.Touched;
import io.reseed.backup.verify.VerifyReport.TouchedFile;
import io.reseed.backup.verify.VerifyReport.Unreadable;

/** What was found in the store, for programs; docs/CLI.md describes it. */
public final class VerifyJson {
  private VerifyJson() {}

  static String of(VerifyReport report) {
    ObjectNode root = new JsonMapper().createObjectNode();
    Counts counts = report.counts();
    root.put("sound", report.sound());
    root.put("backups", counts.backups());
    root.put("packs", counts.packs());
    root.put("parts", counts.parts());
    root.put("bytesRead", counts.bytesRead());
    root.put("pages", counts.pages());
    ArrayNode unreadable = root.putArray("unreadable");
    report.unreadable().forEach(backup -> add(unreadable.addObject(), backup));
    ArrayNode badPacks = root.putArray("badPacks");
    report.badPacks().forEach(pack -> add(badPacks.addObject(), pack));
    return root.toPrettyString();
  }

  private static void add(ObjectNode node, Unreadable backup) {
    node.put("shard", backup.shard().toString());
    node.put("backup", backup.backup().toString());
    node.put("code", backup.code().name());
    node.put("message", backup.message());
  }

  private static void add(ObjectNode node, BadPack pack) {
    node.put("shard", pack.shard().toString());
    node.put("pack", pack.name());
    node.put("faultCount", pack.faultCount());
    ArrayNode faults = node.putArray("faults");
    pack.faults().forEach(fault -> add(faults.addObject(), fault));
    ArrayNode touched = node.putArray("touched");
    pack.touched().forEach(backup -> add(touched.addObject(), backup));
  }

  private static void add(ObjectNode node, Fault fault) {
    node.put("offset", fault.offset());
    node.put("storedBytes", fault.storedBytes());
    node.put("kind", fault.kind().name());
    node.put("message", fault.message());
  }

  private static void add(ObjectNode node, Touched backup) {
    node.put("backup", backup.backup().toString());
    ArrayNode files = node.putArray("files");
    for (TouchedFile file : backup.files()) {
      ObjectNode each = files.addObject().put("path", file.path().toString());
      if (file.table() != null) {
        each.put("table", file.table());
      }
    }
  }
}
