package io.reseed.backup.store;

import java.io.ByteArrayInputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * An XML document of a store, by what stands right below its root.
 *
 * @param root the root element's name, without a namespace
 * @param texts of the elements below it that were asked for, where they are given
 */
record XmlAnswer(String root, Map<String, String> texts) {
  private static final int ROOT_DEPTH = 1;

  /** For any number of threads. Reads nothing but the bytes that it is given. */
  private static final XMLInputFactory READERS = readers();

  private static XMLInputFactory readers() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    return factory;
  }

  /**
   * Reads a document to its end.
   *
   * @param wanted which elements' texts are kept
   * @return empty when it is no whole XML document
   */
  static Optional<XmlAnswer> read(byte[] document, Set<String> wanted) {
    try {
      XMLStreamReader reader = READERS.createXMLStreamReader(new ByteArrayInputStream(document));
      try {
        return Optional.of(read(reader, wanted));
      } finally {
        reader.close();
      }
    } catch (XMLStreamException e) {
      return Optional.empty();
    }
  }

  private static XmlAnswer read(XMLStreamReader reader, Set<String> wanted)
      throws XMLStreamException {
    String root = "";
    Map<String, String> texts = new HashMap<>();
    int depth = 0;
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          String name = reader.getLocalName();
          if (depth == 0) {
            root = name;
          }
          if (depth == ROOT_DEPTH && wanted.contains(name)) {
            texts.putIfAbsent(name, reader.getElementText().strip()); // to its end
          } else {
            depth++;
          }
        }
        case XMLStreamConstants.END_ELEMENT -> depth--;
        default -> {}
      }
    }
    return new XmlAnswer(root, texts);
  }

  /** The text of an element; empty when it is not there, or has none. */
  Optional<String> text(String element) {
    return Optional.ofNullable(texts.get(element)).filter(text -> !text.isEmpty());
  }
}
