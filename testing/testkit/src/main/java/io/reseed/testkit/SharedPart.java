package io.reseed.testkit;

import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** A real part with its folder, kept in a JUnit store, which closes it at the end. */
record SharedPart<P>(Kind<P> kind, P part, Scratch scratch) implements AutoCloseable {
  private static final Namespace NAMESPACE = Namespace.create(SharedPart.class);

  /** How parts of one kind are started in a folder, and stopped. */
  record Kind<P>(Class<P> type, Function<Path, P> start, Consumer<P> stop) {}

  /**
   * The part under this key in the context's store or in one above it; started when there is none.
   */
  static <P> P inStoreOf(ExtensionContext context, Object key, Kind<P> kind) {
    SharedPart<?> shared =
        context
            .getStore(NAMESPACE)
            .computeIfAbsent(key, ignored -> started(kind), SharedPart.class);
    return kind.type().cast(shared.part());
  }

  @Override
  public void close() {
    try (scratch) {
      kind.stop().accept(part);
    }
  }

  private static <P> SharedPart<P> started(Kind<P> kind) {
    Scratch scratch = Scratch.folder(kind.type().getSimpleName().toLowerCase(Locale.ROOT));
    try {
      return new SharedPart<>(kind, kind.start().apply(scratch.path()), scratch);
    } catch (RuntimeException | Error e) {
      scratch.close();
      throw e;
    }
  }
}
