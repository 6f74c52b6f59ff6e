package exacta.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Calls that must not be made, and what to use instead. */
final class BannedCallsTest {
  /** Where equal inputs must give equal bits on every machine. */
  private static final Set<String> EXACT = Set.of("numerics", "engine", "sprint", "ledger");

  /** Where time comes in as an argument. */
  private static final Set<String> TIMELESS = Set.of("primitives", "numerics", "engine", "sprint");

  private static final List<Ban> BANS =
      List.of(
          ban(
              "reduceLanes\\([^;]*\\bADD\\b",
              inMainOf(EXACT),
              "the order of a float reduceLanes(ADD) is open: add the lanes as arithmetic.md says"),
          ban(
              "(?<!Strict)\\bMath\\s*\\.\\s*(exp|expm1|log|log1p|log10|sin|cos|tan|tanh|sinh|cosh"
                  + "|pow|cbrt|atan|atan2|asin|acos|hypot)\\b",
              inMainOf(EXACT),
              "may differ between machines: use Elementary, or StrictMath while loading"),
          ban(
              "\\.parallel(Stream)?\\(\\)",
              file -> file.isMain(),
              "order and threads are not ours there: use a loop, or Workers"),
          ban(
              "(currentTimeMillis|nanoTime|Instant\\.now|LocalDateTime\\.now)\\b",
              file ->
                  file.isMain()
                      && (TIMELESS.contains(file.module()) || file.module().equals("ledger"))
                      && !file.name().endsWith("/Clock.java"),
              "time comes in as an argument: use the block's time, or a Clock"),
          ban(
              "\\b(float|double)\\b",
              inMainOf(Set.of("ledger")),
              "the state machine knows integers only: use Amount.share"),
          ban(
              "new (HashMap|HashSet|IdentityHashMap)\\b|\\bCollectors\\.(toSet|toMap|groupingBy)\\b",
              inMainOf(Set.of("ledger")),
              "their order differs between runs: use TreeMap and TreeSet"),
          ban(
              "\\b(Random|SecureRandom|ThreadLocalRandom|UUID)\\b\\s*[(.]",
              file ->
                  file.isMain()
                      && !Set.of("testkit", "acceptance").contains(file.module())
                      && !file.name().endsWith("/SystemEntropy.java"),
              "randomness comes from an Entropy, or from Philox with a seed"),
          ban(
              "Thread\\.sleep|TimeUnit\\.[A-Z]+\\.sleep",
              file -> file.name().contains("/src/test/"),
              "a test waits for what it needs: a latch, a future, awaitBlock"),
          ban(
              "\\.printStackTrace\\(",
              file -> true,
              "decide what the failure means: an ExactaException, or a line for operators"),
          ban(
              "new (RuntimeException|Exception|Throwable)\\(",
              file -> true,
              "say whose fault it is: Check.that for ours, ExactaException for the world's"));

  /**
   * A call, where it is banned, and why.
   *
   * @param instead what to use, for the message
   */
  private record Ban(Pattern call, Predicate<SourceFile> where, String instead) {}

  private static Ban ban(String call, Predicate<SourceFile> where, String instead) {
    return new Ban(Pattern.compile(call), where, instead);
  }

  private static Predicate<SourceFile> inMainOf(Set<String> modules) {
    return file -> file.isMain() && modules.contains(file.module());
  }

  @Test
  void nobodyCallsWhatIsBanned() {
    List<String> violations = new ArrayList<>();
    for (SourceFile file : Repository.java()) {
      if (file.module().equals("tidy")) {
        continue;
      }
      String code = withoutCommentsAndTexts(file.text());
      for (Ban ban : BANS) {
        Matcher matcher = ban.call().matcher(code);
        while (ban.where().test(file) && matcher.find()) {
          long line = code.substring(0, matcher.start()).lines().count();
          violations.add(
              "%s:%d: %s: %s"
                  .formatted(file.name(), Math.max(1, line), matcher.group(), ban.instead()));
        }
      }
    }
    Repository.assertNothing("banned calls", violations);
  }

  /** A comment inside is a decision, too. */
  @Test
  void nobodyCatchesAndForgets() {
    Pattern forgotten = Pattern.compile("catch \\([^)]*\\)\\s*\\{\\s*\\}");
    List<String> violations = new ArrayList<>();
    for (SourceFile file : Repository.java()) {
      Matcher matcher = forgotten.matcher(file.text());
      while (!file.module().equals("tidy") && matcher.find()) {
        long line = file.text().substring(0, matcher.start()).lines().count();
        violations.add(file.name() + ":" + line);
      }
    }
    Repository.assertNothing(
        "empty catches: take the decision, in a sentence at least", violations);
  }

  /** Blanks, so that every line keeps its number. */
  private static String withoutCommentsAndTexts(String text) {
    Pattern dead =
        Pattern.compile(
            "//[^\\n]*|/\\*.*?\\*/|\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\])+'",
            Pattern.DOTALL);
    return dead.matcher(text).replaceAll(match -> match.group().replaceAll("[^\\n]", " "));
  }
}
