package io.reseed.installation;

import io.reseed.backup.format.Extent;
import io.reseed.backup.format.FileEntry;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.PackEntry;
import io.reseed.backup.format.RepositoryLayout;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The most bytes in one run that a backup's restore reads from a pack which that backup wrote
 * itself: what is damaged there does not touch older backups.
 *
 * @param pack where they are
 * @param place where in it
 * @param file whose bytes these are
 */
public record OwnBytes(PackEntry pack, Extent.Place place, String file) {

  /** Those of a backup; every backup has some, since each has files that no other has. */
  public static OwnBytes largest(Manifest manifest) {
    return manifest.files().stream()
        .flatMap(file -> ofFile(manifest, file))
        .filter(own -> RepositoryLayout.isWrittenBy(own.pack().name(), manifest.header().id()))
        .max(Comparator.comparingInt(own -> own.place().storedBytes()))
        .orElseThrow(
            () -> new IllegalStateException(manifest.header().id() + " stores no bytes itself"));
  }

  private static Stream<OwnBytes> ofFile(Manifest manifest, FileEntry file) {
    return file.extents().stream()
        .flatMap(OwnBytes::places)
        .map(
            place ->
                new OwnBytes(manifest.packs().get(place.pack()), place, file.path().toString()));
  }

  private static Stream<Extent.Place> places(Extent extent) {
    return switch (extent) {
      case Extent.Zero _ -> Stream.empty();
      case Extent.Stored stored -> Stream.of(stored.place());
      case Extent.Patched patched ->
          Stream.concat(
              Stream.of(patched.base().place()),
              patched.patches().stream().map(Extent.Patch::place));
    };
  }
}
