package io.reseed.backup.format;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ShardName;
import io.reseed.mysql.gtid.GtidSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestCodecTest {
  private static final ShardName SHARD = new ShardName("commerce", "-80");
  private static final BackupId ID = new BackupId("20261121T021500Z-k3v9q0ax");
  private static final BackupId PARENT = new BackupId("20261120T021500Z-0c9x7yqm");
  private static final Sha256 HASH = Sha256.of(new byte[] {1});

  @Test
  void theExampleOfTheFormatDocumentIsValid() throws IOException {
    Path document = Path.of(System.getProperty("reseed.root", "../.."), "docs", "BACKUP_FORMAT.md");
    String text = Files.readString(document);
    int from = text.indexOf("```json") + "```json".length();
    String json = text.substring(from, text.indexOf("```", from));

    Manifest manifest =
        ManifestCodec.decode(Envelope.MANIFEST.seal(json.getBytes(UTF_8)), SHARD, ID);

    assertThat(manifest.files()).hasSize(3);
    assertThat(manifest.packs()).hasSize(2);
    assertThat(manifest.header().parent()).isEqualTo(PARENT);
  }

  @Test
  void aManifestIsReadAsItWasWritten() {
    Manifest example = example();

    byte[] object = ManifestCodec.encode(example);

    assertThat(ManifestCodec.decode(object, SHARD, ID)).isEqualTo(example);
    assertThat(new String(object, US_ASCII)).startsWith("reseed manifest 1 zstd ");
    assertThat(example.rawBytes()).isEqualTo(8_388_608 + 416);
    assertThat(example.storedBytes()).isEqualTo(1_200_001 + 77_120 + 416);
    assertThat(example.addedBytes()).isEqualTo(1_200_417);
  }

  @Property(tries = 60)
  void everyManifestIsReadAsItWasWritten(@ForAll long seed, @ForAll @IntRange(max = 40) int files) {
    Manifest manifest = random(new Random(seed), files);
    byte[] object = ManifestCodec.encode(manifest);
    assertThat(ManifestCodec.decode(object, SHARD, ID)).isEqualTo(manifest);
    assertThat(ManifestCodec.encode(manifest)).isEqualTo(object);
  }

  @Test
  void aManifestIsWrittenAlikeWhateverTheHostsLanguageIs() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG"));
      assertThat("%d".formatted(7)).as("has digits of its own").isNotEqualTo("7");
      assertThat(ManifestCodec.decode(ManifestCodec.encode(example()), SHARD, ID))
          .isEqualTo(example());
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void noFlippedByteIsAccepted() {
    byte[] object = ManifestCodec.encode(example());
    for (int at = 0; at < object.length; at++) {
      for (int bit : new int[] {1, 2, 0x10, 0x80}) {
        byte[] flipped = object.clone();
        flipped[at] ^= (byte) bit;
        assertThatThrownBy(() -> ManifestCodec.decode(flipped, SHARD, ID))
            .as("byte %d bit %d", at, bit)
            .isInstanceOf(FailureException.class);
      }
    }
  }

  @Test
  void noTruncatedOrLengthenedObjectIsAccepted() {
    byte[] object = ManifestCodec.encode(example());
    for (int length = 0; length < object.length; length++) {
      byte[] cut = Arrays.copyOf(object, length);
      assertRefused(FailureCode.MANIFEST_CORRUPT, cut);
    }
    assertRefused(FailureCode.MANIFEST_CORRUPT, Arrays.copyOf(object, object.length + 1));
  }

  @Test
  void anUnknownVersionIsToldApartFromDamage() {
    byte[] future = "reseed manifest 3 cbor whatever comes then\n???".getBytes(US_ASCII);

    assertThatThrownBy(() -> ManifestCodec.decode(future, SHARD, ID))
        .isInstanceOfSatisfying(
            FailureException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(FailureCode.FORMAT_VERSION_UNKNOWN);
              assertThat(failure.failureClass()).isEqualTo(FailureClass.OPERATOR_MUST_ACT);
              assertThat(failure).hasMessageContaining("version 3");
            });
  }

  @Test
  void aVerdictIsNoManifest() {
    byte[] verdict =
        VerdictCodec.encode(
            SHARD, ID, new Verdict(Verdict.Outcome.VALIDATED, Instant.EPOCH, "checked", Map.of()));

    assertRefused(FailureCode.MANIFEST_CORRUPT, verdict);
  }

  @Test
  void aClaimedLengthThatTheFrameDoesNotHaveTakesNoMemory() {
    byte[] object = ManifestCodec.encode(example());
    String line = new String(object, 0, endOfLine(object), US_ASCII);
    String length = line.split(" ", -1)[4];

    assertRefused(FailureCode.MANIFEST_CORRUPT, relabelled(object, line, length, "1073741824"));
    assertRefused(FailureCode.MANIFEST_CORRUPT, relabelled(object, line, length, "9999999999"));
  }

  @Test
  void aManifestUnderAnothersKeyIsRefused() {
    byte[] object = ManifestCodec.encode(example());

    assertThatThrownBy(() -> ManifestCodec.decode(object, SHARD, PARENT))
        .hasMessageContaining("under another's key");
    assertThatThrownBy(() -> ManifestCodec.decode(object, new ShardName("commerce", "80-"), ID))
        .hasMessageContaining("under another's key");
  }

  @Test
  void unknownFieldsAreIgnored() {
    byte[] object = edited("{\"backup\"", "{\"later\":{\"a\":[1,{\"b\":null}]},\"backup\"");

    assertThat(ManifestCodec.decode(object, SHARD, ID)).isEqualTo(example());
  }

  @Test
  void anEncryptedBackupIsRefusedByItsKey() {
    assertRefused(FailureCode.KEY_UNKNOWN, edited("{\"backup\"", "{\"keyId\":\"k1\",\"backup\""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/passwd",
        "../escape",
        "shop/../../escape",
        "shop/..",
        "..",
        ".",
        "",
        "shop//t.sdi",
        "shop/./t.sdi",
        "shop/",
        "./shop",
        "a\\\\b",
        "a\\u0000b",
        "a\\nb",
        "a\\u007fb",
        "nowhere/t.sdi",
        "shop",
        "ibdata1"
      })
  void aPathThatCouldLeaveItsRootOrClashIsRefused(String path) {
    assertRefused(FailureCode.MANIFEST_UNSAFE, edited("shop/t.sdi", path));
  }

  @Test
  void aPathOrSegmentWithoutBoundIsRefused() {
    assertRefused(FailureCode.MANIFEST_UNSAFE, edited("shop/t.sdi", "shop/" + "x".repeat(256)));
    assertRefused(FailureCode.MANIFEST_UNSAFE, edited("shop/t.sdi", "shop/" + "é".repeat(128)));
  }

  @Test
  void aDirectoryBelowAFileIsRefused() {
    assertRefused(
        FailureCode.MANIFEST_UNSAFE,
        edited("[\"data\",\"shop\",488]", "[\"data\",\"ibdata1/shop\",488]"));
  }

  @Test
  void namesThatDifferOnlyByCaseAreKeptApart() {
    byte[] object = edited("\"shop/t.sdi\"", "\"IBDATA1\"");

    assertThat(ManifestCodec.decode(object, SHARD, ID).files())
        .extracting(file -> file.path().path())
        .contains("IBDATA1", "ibdata1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "innodb_page_size|init_file",
        "innodb_page_size|plugin_load_add",
        "16384|16384 --init-file=x",
        "16384|../x",
        "packs/20261121|../packs/20261121",
        "packs/20261121T021500Z-k3v9q0ax-0f7tmw2c-000000|/etc/passwd",
        "\"undo\"]|\"../undo\"]",
        "1200417|-1",
        "[\"data\",\"shop\",488]|[\"data\",\"shop\",2541]"
      })
  void aSettingPackRootOrModeOutsideOfWhatIsAllowedIsRefused(String from, String to) {
    assertThatThrownBy(() -> ManifestCodec.decode(edited(from, to), SHARD, ID))
        .isInstanceOfSatisfying(
            FailureException.class,
            failure ->
                assertThat(failure.code())
                    .isIn(FailureCode.MANIFEST_UNSAFE, FailureCode.MANIFEST_CORRUPT));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"mysqlVersion\"|\"otherName\"",
        "\"gtidExecuted\":\"3e11|\"gtidExecuted\":\"zz",
        "\"createdAt\":\"2026|\"createdAt\":\"x",
        "\"roots\":[|\"roots\":[7,",
        "\"zero\",4194304|\"zero\",0",
        "\"zero\",4194304|\"zero\",-1",
        "\"zero\",4194304|\"zero\",\"4194304\"",
        "\"zero\",4194304|\"zero\",4194304,1",
        "\"zero\",4194304|\"lz4\",4194304",
        "\"zero\",4194304|\"zero\",9223372036854775807",
        "\"zero\",4194304|\"zero\",99999999999999999999",
        "\"zero\",4194304|\"zero\",4194305",
        "\"plain\",416,1,1200001,416|\"plain\",416,1,1200002,416",
        "\"plain\",416,1,1200001,416|\"plain\",416,2,1200001,416",
        "\"plain\",416,1,1200001,416|\"plain\",416,-1,1200001,416",
        "\"plain\",416,1,1200001,416|\"plain\",416,1,-1,416",
        "\"plain\",416,1,1200001,416|\"plain\",416,1,0,415",
        "\"plain\",416,1,1200001,416|\"zstd\",416,1,0,417",
        "\"zstd\",2097152,1|\"zstd\",67108865,1",
        "{\"backup\"|{\"shard\":\"a/b\",\"backup\"",
        "[\"undo\",\"undo_001\",0,416,[]]]}|[\"undo\",\"undo_001\",0,416,[]]]} ,1"
      })
  void whatContradictsTheFormatIsRefused(String from, String to) {
    assertRefused(FailureCode.MANIFEST_CORRUPT, edited(from, to));
  }

  private static void assertRefused(FailureCode code, byte[] object) {
    assertThatThrownBy(() -> ManifestCodec.decode(object, SHARD, ID))
        .isInstanceOfSatisfying(
            FailureException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }

  /** The example with its JSON changed, in an envelope that hashes right. */
  private static byte[] edited(String from, String to) {
    String json = new String(Envelope.MANIFEST.open(ManifestCodec.encode(example())), UTF_8);
    assertThat(json).contains(from);
    return Envelope.MANIFEST.seal(json.replace(from, to).getBytes(UTF_8));
  }

  private static int endOfLine(byte[] object) {
    int end = 0;
    while (object[end] != '\n') {
      end++;
    }
    return end;
  }

  private static byte[] relabelled(byte[] object, String line, String from, String to) {
    byte[] label = line.replace(" " + from + " ", " " + to + " ").getBytes(US_ASCII);
    byte[] result = Arrays.copyOf(label, label.length + object.length - line.length());
    System.arraycopy(object, line.length(), result, label.length, object.length - line.length());
    return result;
  }

  private static ManifestHeader header() {
    return new ManifestHeader(
        ID,
        SHARD,
        Instant.parse("2026-11-21T02:15:00.250Z"),
        new MysqlVersion(9, 7, 4),
        Map.of("innodb_page_size", "16384", "innodb_data_file_path", "ibdata1:12M:autoextend"),
        GtidSet.parse("3e11fa47-71ca-11e1-9e33-c80aa9429562:1-77"),
        GtidSet.EMPTY,
        UUID.fromString("5b1f8a1c-0d2e-4c3b-9a68-1f2e3d4c5b6a"),
        PARENT,
        null);
  }

  private static Manifest example() {
    return new Manifest(
        header(),
        List.of("data", "undo"),
        List.of(new DirectoryEntry(new RootedPath("data", "shop"), 0750)),
        List.of(
            new PackEntry("packs/20261120T021500Z-0c9x7yqm-m1ddz5hk-000003", 33_554_432),
            new PackEntry("packs/20261121T021500Z-k3v9q0ax-0f7tmw2c-000000", 1_200_417)),
        List.of(
            new FileEntry(
                new RootedPath("data", "ibdata1"),
                8_388_608,
                0640,
                List.of(
                    stored(2_097_152, new Extent.Place(Extent.Encoding.ZSTD, 1, 0, 1_200_001)),
                    new Extent.Zero(4_194_304),
                    stored(
                        2_097_152, new Extent.Place(Extent.Encoding.ZSTD, 0, 8_388_608, 77_120)))),
            new FileEntry(
                new RootedPath("data", "shop/t.sdi"),
                416,
                0640,
                List.of(stored(416, new Extent.Place(Extent.Encoding.PLAIN, 1, 1_200_001, 416)))),
            new FileEntry(new RootedPath("undo", "undo_001"), 0, 0640, List.of())));
  }

  private static Manifest random(Random random, int count) {
    String name = RepositoryLayout.packName(ID, "0c9x7yqm", 0);
    List<PackEntry> packs = List.of(new PackEntry(name, 1L << 40));
    List<FileEntry> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Extent> extents = new ArrayList<>();
      for (int extent = random.nextInt(5); extent > 0; extent--) {
        extents.add(extent(random));
      }
      files.add(
          new FileEntry(
              new RootedPath("data", "t-" + i + (i % 3 == 0 ? " é名" : "")),
              extents.stream().mapToLong(Extent::rawBytes).sum(),
              random.nextInt(01000),
              extents));
    }
    return new Manifest(header(), List.of("data"), List.of(), packs, files);
  }

  private static Extent.Stored stored(int rawBytes, Extent.Place place) {
    return new Extent.Stored(rawBytes, place, HASH);
  }

  private static Extent extent(Random random) {
    int raw = 1 + random.nextInt(Extent.RAW_BYTES_MAX);
    return switch (random.nextInt(4)) {
      case 0 -> new Extent.Zero(1 + random.nextLong(1L << 40));
      case 1 -> patched(random);
      default -> new Extent.Stored(raw, place(raw, random), hash(random));
    };
  }

  private static Extent.Place place(int raw, Random random) {
    return random.nextBoolean()
        ? new Extent.Place(Extent.Encoding.PLAIN, 0, random.nextInt(1 << 30), raw)
        : new Extent.Place(
            Extent.Encoding.ZSTD, 0, random.nextLong(1L << 39), 1 + random.nextInt(raw));
  }

  private static Extent.Patched patched(Random random) {
    int pageBytes = 4096 << random.nextInt(5);
    int pages = 8 + random.nextInt(300);
    int rawBytes = pages * pageBytes;
    Extent.Stored base = new Extent.Stored(rawBytes, place(rawBytes, random), hash(random));
    List<Extent.Patch> patches = new ArrayList<>();
    for (int patch = 0; patch < 1 + random.nextInt(3); patch++) {
      BitSet set = new BitSet();
      set.set(random.nextInt(pages));
      set.set(random.nextInt(pages));
      patches.add(
          new Extent.Patch(
              PageSet.of(set),
              new Extent.Place(Extent.Encoding.ZSTD, 0, random.nextInt(1 << 30), pageBytes / 2),
              hash(random)));
    }
    int end = patches.stream().mapToInt(patch -> patch.pages().end()).max().orElseThrow();
    return new Extent.Patched(
        (long) end * pageBytes, pageBytes, 1 + random.nextInt(9), hash(random), base, patches);
  }

  private static Sha256 hash(Random random) {
    return new Sha256(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
  }
}
