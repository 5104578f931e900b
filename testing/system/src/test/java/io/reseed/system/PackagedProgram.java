package io.reseed.system;

import io.reseed.testkit.Parts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.NameAndTypeEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A program as the build leaves it for its users: the jars that it is started with, and nothing of
 * what tests have beside them.
 *
 * @param own the jars of the program itself, where its main class is
 * @param others the libraries that are packaged with it, Reseed's and those of others
 */
record PackagedProgram(String module, List<Path> own, List<Path> others) {
  private static final String OURS = "io/reseed/";
  private static final Pattern TYPE_IN_DESCRIPTOR = Pattern.compile("L([^;<]+);");
  private static final Pattern OF_ONE_JAVA_VERSION = Pattern.compile("^META-INF/versions/\\d+/");

  /** One that {@code ./reseed} starts from its module's jar and {@code target/lib}. */
  static PackagedProgram command(String module) {
    Path target = Parts.root().resolve(module).resolve("target");
    List<Path> own = jars(target).stream().filter(PackagedProgram::isOurs).toList();
    return new PackagedProgram(module, own, jars(target.resolve("lib")));
  }

  /** One that Quarkus packs into a folder. */
  static PackagedProgram service(String module) {
    Path folder = Parts.root().resolve(module).resolve("target/quarkus-app");
    List<Path> others = new ArrayList<>();
    for (String part : List.of("lib/main", "lib/boot", "quarkus")) {
      others.addAll(jars(folder.resolve(part)));
    }
    return new PackagedProgram(module, jars(folder.resolve("app")), List.copyOf(others));
  }

  @Override
  public String toString() {
    return module;
  }

  /**
   * Every class that the program's own code names, or that code of Reseed's which it can come to
   * from there, and that no jar has: each would be a {@link NoClassDefFoundError} in users' hands.
   */
  Set<String> missingClasses() {
    Map<String, byte[]> ours = new HashMap<>();
    Set<String> present = new HashSet<>();
    others.forEach(jar -> read(jar, ours, present));
    Map<String, byte[]> start = new HashMap<>();
    own.forEach(jar -> read(jar, start, present));
    ours.putAll(start);
    Set<String> missing = new TreeSet<>();
    Set<String> seen = new HashSet<>(start.keySet());
    Deque<String> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      String name = open.remove();
      for (String used : namedBy(Objects.requireNonNull(ours.get(name)))) {
        if (ours.containsKey(used)) {
          if (seen.add(used)) {
            open.add(used);
          }
        } else if (!present.contains(used) && !isOfThePlatform(used)) {
          missing.add(used + ", which " + name + " names");
        }
      }
    }
    return missing;
  }

  /** How many classes the program's own jars have. */
  int ownClassCount() {
    Map<String, byte[]> classes = new HashMap<>();
    own.forEach(jar -> read(jar, classes, new HashSet<>()));
    return classes.size();
  }

  private static Set<String> namedBy(byte[] classFile) {
    ClassModel model = ClassFile.of().parse(classFile);
    Set<String> names = new HashSet<>();
    for (PoolEntry entry : model.constantPool()) {
      if (entry instanceof ClassEntry type) {
        String name = type.asInternalName();
        if (name.startsWith("[")) {
          addTypes(names, name);
        } else {
          names.add(name);
        }
      } else if (entry instanceof NameAndTypeEntry member) {
        addTypes(names, member.type().stringValue());
      } else if (entry instanceof MethodTypeEntry type) {
        addTypes(names, type.descriptor().stringValue());
      }
    }
    for (FieldModel field : model.fields()) {
      addTypes(names, field.fieldType().stringValue());
    }
    for (MethodModel method : model.methods()) {
      addTypes(names, method.methodType().stringValue());
    }
    return names;
  }

  private static void addTypes(Set<String> names, String descriptor) {
    Matcher types = TYPE_IN_DESCRIPTOR.matcher(descriptor);
    while (types.find()) {
      names.add(types.group(1));
    }
  }

  private static boolean isOfThePlatform(String name) {
    return Platform.PACKAGES.contains(name.substring(0, Math.max(0, name.lastIndexOf('/'))));
  }

  private static final class Platform {
    static final Set<String> PACKAGES = packages();

    private static Set<String> packages() {
      Set<String> packages = new HashSet<>();
      ModuleFinder.ofSystem()
          .findAll()
          .forEach(
              module ->
                  module
                      .descriptor()
                      .packages()
                      .forEach(name -> packages.add(name.replace('.', '/'))));
      return packages;
    }
  }

  private static void read(Path jar, Map<String, byte[]> ours, Set<String> present) {
    try (JarFile file = new JarFile(jar.toFile())) {
      for (JarEntry entry : file.stream().toList()) {
        if (entry.getName().endsWith(".class")) {
          String path = OF_ONE_JAVA_VERSION.matcher(entry.getName()).replaceFirst("");
          String name = path.substring(0, path.length() - ".class".length());
          present.add(name);
          if (name.startsWith(OURS)) {
            try (InputStream bytes = file.getInputStream(entry)) {
              ours.put(name, bytes.readAllBytes());
            }
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + jar, e);
    }
  }

  private static boolean isOurs(Path jar) {
    return jar.getFileName().toString().startsWith("reseed-");
  }

  private static List<Path> jars(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalStateException(
          "Not packaged: " + folder + "; run 'mvn package -DskipTests -pl testing/system -am'");
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + folder, e);
    }
  }
}
