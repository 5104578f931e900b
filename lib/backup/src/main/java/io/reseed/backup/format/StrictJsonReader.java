package io.reseed.backup.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON that must be exactly of the expected shape. Every departure is an
 * IllegalArgumentException or IOException that says where; no value is ever converted.
 */
final class StrictJsonReader implements Closeable {
  private static final int STRING_CHARACTERS_MAX = 16 << 20;
  private static final int NESTING_MAX = 16;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(NESTING_MAX)
                  .maxStringLength(STRING_CHARACTERS_MAX)
                  .maxNameLength(1_000)
                  .maxNumberLength(20)
                  .build())
          .build();

  /** What a value takes once it is read, about: an object, its fields, and a place in a list. */
  private static final int VALUE_BYTES = 48;

  private static final int TEXT_BYTES = 64;

  private final JsonParser parser;
  private final String what;
  private final HeapShare share;
  private long keptBytes;

  /**
   * Refuses a document once its values take more memory than its share.
   *
   * @param what the document is, for people
   */
  StrictJsonReader(byte[] body, String what, HeapShare share) throws IOException {
    this.parser = FACTORY.createParser(body);
    this.what = what;
    this.share = share;
    keep(body.length);
  }

  /** Takes note of memory that what was read takes beside itself. */
  void keep(long bytes) {
    keptBytes += bytes;
    share.require(keptBytes, what);
  }

  private @Nullable JsonToken next() throws IOException {
    JsonToken token = parser.nextToken();
    if (token != null) {
      switch (token) {
        // the names of an object are remembered, too, to find those that come twice
        case FIELD_NAME, VALUE_STRING -> keep(TEXT_BYTES + parser.getTextLength());
        case START_ARRAY, START_OBJECT -> keep(VALUE_BYTES);
        default -> {}
      }
    }
    return token;
  }

  /** One field of an object: reads its value, or skips it when the name is not known. */
  interface FieldReader {
    void read(String name) throws IOException;
  }

  /** One element of an array, whose first token was not read yet. */
  interface ElementReader {
    void read() throws IOException;
  }

  void object(FieldReader fields) throws IOException {
    expect(next(), JsonToken.START_OBJECT);
    while (next() != JsonToken.END_OBJECT) {
      expect(parser.currentToken(), JsonToken.FIELD_NAME);
      fields.read(parser.currentName());
    }
  }

  /** An array of rows, each of which is an array of its own. */
  void rows(ElementReader row) throws IOException {
    expect(next(), JsonToken.START_ARRAY);
    while (next() != JsonToken.END_ARRAY) {
      expect(parser.currentToken(), JsonToken.START_ARRAY);
      row.read();
      expect(next(), JsonToken.END_ARRAY);
    }
  }

  /** What an array's elements say together. */
  interface RowReader<T> {
    T read() throws IOException;
  }

  /** One row, which is an array of its own. */
  <T> T row(RowReader<T> row) throws IOException {
    expect(next(), JsonToken.START_ARRAY);
    T read = row.read();
    expect(next(), JsonToken.END_ARRAY);
    return read;
  }

  void strings(Consumer<String> consumer) throws IOException {
    expect(next(), JsonToken.START_ARRAY);
    while (next() != JsonToken.END_ARRAY) {
      expect(parser.currentToken(), JsonToken.VALUE_STRING);
      consumer.accept(parser.getText());
    }
  }

  Map<String, String> stringMap() throws IOException {
    Map<String, String> map = new TreeMap<>();
    object(name -> map.put(name, string()));
    return map;
  }

  String string() throws IOException {
    expect(next(), JsonToken.VALUE_STRING);
    return parser.getText();
  }

  long number() throws IOException {
    expect(next(), JsonToken.VALUE_NUMBER_INT);
    return parser.getLongValue();
  }

  int smallNumber() throws IOException {
    return Math.toIntExact(number());
  }

  void skip() throws IOException {
    int depth = 0;
    do {
      depth += depthChange(next());
    } while (depth > 0);
  }

  private static int depthChange(@Nullable JsonToken token) {
    if (token == null) {
      throw new IllegalArgumentException("the text ends within a value");
    }
    return switch (token) {
      case START_ARRAY, START_OBJECT -> 1;
      case END_ARRAY, END_OBJECT -> -1;
      default -> 0;
    };
  }

  void end() throws IOException {
    if (next() != null) {
      throw new IllegalArgumentException("text after the end");
    }
  }

  private void expect(@Nullable JsonToken found, JsonToken wanted) {
    if (found != wanted) {
      throw new IllegalArgumentException(
          "expected " + wanted + " but found " + found + " at byte " + offset());
    }
  }

  private long offset() {
    return parser.currentTokenLocation().getByteOffset();
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
