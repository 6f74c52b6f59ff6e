package exacta.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Which room may look into which: an arrow that is not in this list is a decision, and this is
 * where it is taken. Spec: docs/ARCHITECTURE.md.
 */
final class ModuleArrowsTest {
  private static final Set<String> ALL_PRODUCT =
      Set.of(
          "primitives",
          "crypto",
          "numerics",
          "engine",
          "protocol",
          "sprint",
          "web",
          "ledger",
          "store",
          "consensus",
          "chain-client",
          "host",
          "gateway",
          "dashboard",
          "fraud",
          "node",
          "cli");

  private static final Map<String, Set<String>> ALLOWED =
      Map.ofEntries(
          Map.entry("primitives", Set.of()),
          Map.entry("crypto", Set.of("primitives")),
          Map.entry("numerics", Set.of("primitives")),
          Map.entry("engine", Set.of("primitives", "numerics")),
          Map.entry("testkit", Set.of("primitives", "numerics", "engine")),
          Map.entry("protocol", Set.of("primitives", "crypto")),
          Map.entry("sprint", Set.of("primitives", "numerics")),
          Map.entry("web", Set.of()),
          Map.entry("ledger", Set.of("primitives", "crypto", "protocol")),
          Map.entry("store", Set.of("primitives", "ledger")),
          Map.entry(
              "consensus", Set.of("primitives", "crypto", "protocol", "web", "ledger", "store")),
          Map.entry("chain-client", Set.of("primitives", "crypto", "protocol")),
          Map.entry(
              "host",
              Set.of(
                  "primitives",
                  "crypto",
                  "numerics",
                  "engine",
                  "protocol",
                  "sprint",
                  "web",
                  "chain-client")),
          Map.entry(
              "gateway",
              Set.of("primitives", "crypto", "engine", "protocol", "web", "chain-client")),
          Map.entry("dashboard", Set.of("primitives", "crypto", "protocol", "chain-client")),
          Map.entry(
              "fraud",
              Set.of("primitives", "crypto", "numerics", "engine", "protocol", "sprint", "host")),
          Map.entry("node", minus(ALL_PRODUCT, "node", "cli")),
          Map.entry("cli", minus(ALL_PRODUCT, "cli")),
          Map.entry(
              "bench",
              Set.of(
                  "primitives",
                  "crypto",
                  "numerics",
                  "engine",
                  "protocol",
                  "sprint",
                  "ledger",
                  "store",
                  "consensus")),
          Map.entry("acceptance", ALL_PRODUCT),
          Map.entry("tidy", Set.of()));

  /** What tests may use beside their own module's arrows: never shipped, so it may know more. */
  private static final Set<String> TEST_ROOMS = Set.of("testkit");

  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "<dependency>\\s*<groupId>exacta</groupId>(.*?)</dependency>", Pattern.DOTALL);
  private static final Pattern ARTIFACT = Pattern.compile("<artifactId>exacta-([a-z-]+)<");
  private static final Pattern MODULE = Pattern.compile("<module>([a-z-]+)</module>");
  private static final Pattern USE = Pattern.compile("\\bexacta\\.([a-z]+)\\b");
  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?(exacta\\.[a-zA-Z0-9_.]+);", Pattern.MULTILINE);

  @Test
  void everyModuleHasItsArrowsListed() {
    Set<String> modules = new TreeSet<>();
    Matcher matcher = MODULE.matcher(pom("pom.xml").text());
    while (matcher.find()) {
      modules.add(matcher.group(1));
    }
    assertEquals(new TreeSet<>(ALLOWED.keySet()), modules);
  }

  @Test
  void pomsPointOnlyWhereTheListSays() {
    List<String> violations = new ArrayList<>();
    for (String module : new TreeSet<>(ALLOWED.keySet())) {
      Matcher dependencies = DEPENDENCY.matcher(pom(module + "/pom.xml").text());
      while (dependencies.find()) {
        String body = dependencies.group(1);
        boolean test = body.contains("<scope>test</scope>");
        Matcher artifact = ARTIFACT.matcher(body);
        if (artifact.find() && !test && !ALLOWED.get(module).contains(artifact.group(1))) {
          violations.add(module + " -> " + artifact.group(1));
        }
      }
    }
    Repository.assertNothing("arrows that ModuleArrowsTest does not allow", violations);
  }

  @Test
  void importsPointOnlyWhereTheListSays() {
    Map<String, String> modules = new TreeMap<>();
    ALLOWED.keySet().forEach(module -> modules.put(module.replace("-", ""), module));
    List<String> violations = new ArrayList<>();
    for (SourceFile file : Repository.java()) {
      if (!file.isMain()) {
        continue;
      }
      Matcher imports = IMPORT.matcher(file.text());
      while (imports.find()) {
        Matcher use = USE.matcher(imports.group(1));
        String target = use.find() ? modules.getOrDefault(use.group(1), use.group(1)) : "";
        boolean own = target.equals(file.module());
        if (!own && !ALLOWED.getOrDefault(file.module(), Set.of()).contains(target)) {
          violations.add(file.name() + " imports " + imports.group(1));
        }
      }
    }
    Repository.assertNothing("imports against the arrows of ModuleArrowsTest", violations);
  }

  @Test
  void productNeverDependsOnTestRooms() {
    for (String module : ALL_PRODUCT) {
      for (String room : TEST_ROOMS) {
        assertEquals(false, ALLOWED.get(module).contains(room), module + " -> " + room);
      }
    }
  }

  private static SourceFile pom(String name) {
    return Repository.FILES.stream()
        .filter(file -> file.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no " + name));
  }

  private static Set<String> minus(Set<String> all, String... without) {
    Set<String> rest = new TreeSet<>(all);
    Set.of(without).forEach(rest::remove);
    return rest;
  }
}
