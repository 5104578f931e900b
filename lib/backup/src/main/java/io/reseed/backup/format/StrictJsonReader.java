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

  private final JsonParser parser;

  StrictJsonReader(byte[] body) throws IOException {
    parser = FACTORY.createParser(body);
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
    expect(parser.nextToken(), JsonToken.START_OBJECT);
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      expect(parser.currentToken(), JsonToken.FIELD_NAME);
      fields.read(parser.currentName());
    }
  }

  /** An array of rows, each of which is an array of its own. */
  void rows(ElementReader row) throws IOException {
    expect(parser.nextToken(), JsonToken.START_ARRAY);
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      expect(parser.currentToken(), JsonToken.START_ARRAY);
      row.read();
      expect(parser.nextToken(), JsonToken.END_ARRAY);
    }
  }

  /** What an array's elements say together. */
  interface RowReader<T> {
    T read() throws IOException;
  }

  /** One row, which is an array of its own. */
  <T> T row(RowReader<T> row) throws IOException {
    expect(parser.nextToken(), JsonToken.START_ARRAY);
    T read = row.read();
    expect(parser.nextToken(), JsonToken.END_ARRAY);
    return read;
  }

  void strings(Consumer<String> consumer) throws IOException {
    expect(parser.nextToken(), JsonToken.START_ARRAY);
    while (parser.nextToken() != JsonToken.END_ARRAY) {
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
    expect(parser.nextToken(), JsonToken.VALUE_STRING);
    return parser.getText();
  }

  long number() throws IOException {
    expect(parser.nextToken(), JsonToken.VALUE_NUMBER_INT);
    return parser.getLongValue();
  }

  int smallNumber() throws IOException {
    return Math.toIntExact(number());
  }

  void skip() throws IOException {
    parser.nextToken();
    parser.skipChildren();
  }

  void end() throws IOException {
    if (parser.nextToken() != null) {
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
