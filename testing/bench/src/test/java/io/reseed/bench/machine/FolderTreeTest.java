package io.reseed.bench.machine;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderTreeTest {
  @TempDir Path temp;

  private FolderTree tree(String name, String content) throws IOException {
    Path folder = Files.createDirectories(temp.resolve(name).resolve("inner"));
    Files.writeString(folder.resolve("file"), content);
    return new FolderTree(temp.resolve(name));
  }

  @Test
  void oneDifferentByteIsFound() throws IOException {
    FolderTree one = tree("one", "content");
    assertThatCode(() -> one.mustEqual(tree("same", "content"))).doesNotThrowAnyException();
    assertThatIOException()
        .isThrownBy(() -> one.mustEqual(tree("other", "cintent")))
        .withMessageContaining("byte 1 of inner/file");
  }

  @Test
  void aMissingFileIsFound() throws IOException {
    FolderTree one = tree("one", "content");
    FolderTree more = tree("more", "content");
    Files.writeString(temp.resolve("more").resolve("second"), "");
    assertThatIOException().isThrownBy(() -> more.mustEqual(one));
    assertThatIOException().isThrownBy(() -> one.mustEqual(more));
  }

  @Test
  void afterRemovalNothingIsThere() throws IOException {
    FolderTree one = tree("one", "content");
    one.makeDurable();
    one.remove();
    assertThatCode(one::remove).doesNotThrowAnyException();
    assertThatIOException().isThrownBy(one::bytes);
  }
}
