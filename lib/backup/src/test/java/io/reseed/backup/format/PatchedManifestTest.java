package io.reseed.backup.format;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ShardName;
import io.reseed.mysql.gtid.GtidSet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Version 2 of the format, and that version 1 stays readable. */
class PatchedManifestTest {
  private static final ShardName SHARD = new ShardName("commerce", "-80");
  private static final BackupId ID = new BackupId("20261121T021500Z-k3v9q0ax");
  private static final Sha256 HASH = Sha256.of(new byte[] {1});

  @Test
  void patchesMakeItVersion2() {
    byte[] object = ManifestCodec.encode(example());

    assertThat(new String(object, US_ASCII)).startsWith("reseed manifest 2 zstd ");
    assertThat(ManifestCodec.decode(object, SHARD, ID)).isEqualTo(example());
    assertThat(example().storedBytes()).isEqualTo(1_200_001 + 14_200 + 700);
  }

  @Test
  void theExampleOfTheFormatDocumentIsAnExtentOfThisManifest() throws IOException {
    Path document = Path.of(System.getProperty("reseed.root", "../.."), "docs", "BACKUP_FORMAT.md");
    String text = Files.readString(document);
    int from = text.lastIndexOf("```json\n[\"patched\"") + "```json\n".length();
    String row = text.substring(from, text.indexOf("```", from)).replaceAll("\\s", "");
    String json = json();
    String own = json.substring(json.indexOf("[\"patched\""), json.indexOf("]]]]]") + 3);

    Manifest manifest = decode(2, json.replace(own, row));

    assertThat(manifest.files().getFirst().extents().getFirst())
        .isInstanceOfSatisfying(
            Extent.Patched.class,
            patched -> {
              assertThat(patched.patches().getFirst().pages().contains(0)).isTrue();
              assertThat(patched.patches().getFirst().pages().contains(127)).isTrue();
              assertThat(patched.patches().getFirst().pages().count()).isEqualTo(2);
            });
  }

  @ParameterizedTest
  @CsvSource({"manifest-1, 1", "manifest-2, 2"})
  void manifestsOfEarlierReleasesStayReadable(String name, int version) throws IOException {
    byte[] object = golden(name);

    Manifest manifest = ManifestCodec.decode(object, SHARD, ID);

    assertThat(Envelope.MANIFEST.version(object)).isEqualTo(version);
    assertThat(manifest.header().parent()).isNotNull();
    assertThat(manifest.files()).isNotEmpty();
    assertThat(manifest.needsVersion2()).isEqualTo(version == 2);
    assertThat(ManifestCodec.decode(ManifestCodec.encode(manifest), SHARD, ID)).isEqualTo(manifest);
  }

  @Test
  void version1HasNoPatches() {
    assertRefused(1, json());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"patched\",4194304,16384|\"patched\",4194304,12288",
        "\"patched\",4194304,16384|\"patched\",4194304,2048",
        "\"patched\",4194304,16384|\"patched\",4194304,131072",
        "\"patched\",4194304,16384|\"patched\",4194305,16384",
        "\"patched\",4194304,16384,1203000|\"patched\",4194304,16384,0",
        "\"patched\",4194304,16384|\"patched\",4210688,16384",
        "\"patched\",4194304,16384|\"patched\",16384,16384",
        "\"patched\",4194304|\"patched\",0",
        "\"8001\",1,0,14200|\"80010\",1,0,14200",
        "\"8001\",1,0,14200|\"\",1,0,14200",
        "\"8001\",1,0,14200|\"8001\",7,0,14200",
        "\"8001\",1,0,14200|\"8001\",1,40000,14200",
        "\"8001\",1,0,14200|\"8001\",1,0,32769",
        "[\"zstd\",\"8001\"|[\"plain\",\"8001\"",
        "[\"zstd\",\"8001\"|[\"zero\",\"8001\"",
        "[\"zstd\",4194304,0,0,1200001|[\"zero\",4194304,0,0,1200001",
        "[\"zstd\",4194304,0,0,1200001|[\"zstd\",4194305,0,0,1200001",
        "[\"zstd\",4194304,0,0,1200001|[\"zstd\",4194304,0,0,40000000",
        "\"hashes\":[[1,14900|\"hashes\":[[2,14900",
        "\"hashes\":[[1,14900,1100|\"hashes\":[[1,14900,2200",
        "\"hashes\":[[|\"hashes\":[[1,0,5,\""
      })
  void whatContradictsTheFormatIsRefused(String from, String to) {
    assertThat(json()).contains(from);
    assertRefused(2, json().replace(from, to));
  }

  @Test
  void anExtentWithoutPatchesIsNotPatched() {
    String json = json();
    int from = json.indexOf("[[\"zstd\",\"8001\"");
    int end = json.indexOf("]]]", from) + 2;
    assertRefused(2, json.replace(json.substring(from, end), "[]"));
  }

  private static Manifest decode(int version, String json) {
    return ManifestCodec.decode(Envelope.MANIFEST.seal(version, json.getBytes(UTF_8)), SHARD, ID);
  }

  private static void assertRefused(int version, String json) {
    assertThatThrownBy(() -> decode(version, json))
        .isInstanceOfSatisfying(
            FailureException.class,
            failure -> assertThat(failure.code()).isEqualTo(FailureCode.MANIFEST_CORRUPT));
  }

  private static String json() {
    return new String(Envelope.MANIFEST.open(ManifestCodec.encode(example())), UTF_8);
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in = PatchedManifestTest.class.getResourceAsStream("/golden/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  private static Manifest example() {
    Extent.Stored base =
        new Extent.Stored(4_194_304, new Extent.Place(Extent.Encoding.ZSTD, 0, 0, 1_200_001), HASH);
    Extent.Patched patched =
        new Extent.Patched(
            4_194_304,
            16_384,
            1_203_000,
            HASH,
            base,
            List.of(
                new Extent.Patch(
                    PageSet.parse("8001"),
                    new Extent.Place(Extent.Encoding.ZSTD, 1, 0, 14_200),
                    HASH),
                new Extent.Patch(
                    PageSet.parse("4"),
                    new Extent.Place(Extent.Encoding.ZSTD, 1, 14_200, 700),
                    HASH)));
    return new Manifest(
        new ManifestHeader(
            ID,
            SHARD,
            Instant.parse("2026-11-21T02:15:00.250Z"),
            new MysqlVersion(9, 7, 4),
            Map.of("innodb_page_size", "16384"),
            GtidSet.parse("3e11fa47-71ca-11e1-9e33-c80aa9429562:1-77"),
            GtidSet.EMPTY,
            UUID.fromString("5b1f8a1c-0d2e-4c3b-9a68-1f2e3d4c5b6a"),
            new BackupId("20261120T021500Z-0c9x7yqm"),
            null),
        List.of("data"),
        List.of(),
        List.of(
            new PackEntry("packs/20261120T021500Z-0c9x7yqm-m1ddz5hk-000003", 33_554_432),
            new PackEntry("packs/20261121T021500Z-k3v9q0ax-0f7tmw2c-000000", 16_000)),
        List.of(
            new FileEntry(new RootedPath("data", "ibdata1"), 4_194_304, 0640, List.of(patched))),
        new PageIndex(77, List.of(new PageIndex.HashTable(1, 14_900, 1_100, HASH))));
  }
}
