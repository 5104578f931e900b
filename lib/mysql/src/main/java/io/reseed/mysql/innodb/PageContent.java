package io.reseed.mysql.innodb;

import static io.reseed.mysql.innodb.PageHeader.unsigned;

import io.reseed.mysql.innodb.PageFault.Kind;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Whether one page is what was written, wherever it belongs. */
final class PageContent {
  private PageContent() {}

  /** What is wrong inside a page that is not empty. */
  static Optional<Kind> fault(ByteBuffer page, TablespaceHeader header) {
    return switch (PageHeader.type(page)) {
      case PageHeader.TYPE_ENCRYPTED,
          PageHeader.TYPE_COMPRESSED_AND_ENCRYPTED,
          PageHeader.TYPE_ENCRYPTED_RTREE ->
          header.neverEncrypted() ? Optional.of(Kind.CHECKSUM) : Optional.empty();
      case PageHeader.TYPE_COMPRESSED ->
          header.zip() ? plainFault(page, true) : compressedFault(page);
      default -> plainFault(page, header.zip());
    };
  }

  private static Optional<Kind> compressedFault(ByteBuffer page) {
    if (PageCompression.isUnknown(page)) {
      return Optional.empty();
    }
    Optional<ByteBuffer> undone = PageCompression.undone(page);
    boolean whole = undone.isPresent() && plainFault(undone.get(), false).isEmpty();
    return whole ? Optional.empty() : Optional.of(Kind.CHECKSUM);
  }

  private static Optional<Kind> plainFault(ByteBuffer page, boolean zip) {
    int trailer = page.limit() - PageHeader.TRAILER_BYTES;
    if (!zip && unsigned(page, PageHeader.LSN_LOW) != unsigned(page, trailer + Integer.BYTES)) {
      return Optional.of(Kind.TORN);
    }
    return ChecksumAlgorithm.anyHolds(page, zip) ? Optional.empty() : Optional.of(Kind.CHECKSUM);
  }
}
