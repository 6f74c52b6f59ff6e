package exacta.engine.template;

import exacta.primitives.ExactaException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A parsed template. Immutable and safe for many threads. Spec: models.md#template.
 *
 * <p>Supported: {@code for} with {@code if} and {@code else}, {@code break} and {@code continue},
 * {@code if}, {@code set} in all forms, {@code macro}, {@code generation}, {@code namespace},
 * {@code range}, {@code raise_exception}, operators but {@code /} and {@code **}, slices, and the
 * filters, tests and methods that {@link Filters}, {@link Tests} and {@link Methods} list. Whatever
 * else a template uses is an error when it is parsed, where that can be seen then.
 */
public final class Template {
  /** Longer ones are refused. */
  public static final int SOURCE_CHARS_MAX = 1 << 18;

  private static final long BUDGET_BASE = 1_000_000;
  private static final long BUDGET_PER_CHARACTER = 32;

  private final List<Statement> statements;

  private Template(List<Statement> statements) {
    this.statements = statements;
  }

  /**
   * @param name what messages call the file it comes from
   * @throws ExactaException FATAL, naming line and problem, if it is wrong or uses what is not
   *     supported
   */
  public static Template parse(String name, String source) {
    if (source.length() > SOURCE_CHARS_MAX) {
      throw wrong(name, "it is longer than " + SOURCE_CHARS_MAX + " characters");
    }
    try {
      return new Template(TemplateParser.parse(source));
    } catch (TemplateException e) {
      throw wrong(name, e.getMessage());
    }
  }

  /**
   * Runs the template; the work is bounded by the size of the data.
   *
   * @param data what clients wrote, by name: texts, {@code Boolean}s, {@code null}, {@code
   *     Integer}s, {@code Long}s, {@code BigInteger}s, {@code Double}s, and lists and maps of such
   * @param constants texts of the model itself, as good as the template's own
   */
  public Rendering render(Map<String, ?> data, Map<String, String> constants) {
    Map<String, Value> variables = new LinkedHashMap<>();
    try {
      DataReader reader = new DataReader();
      data.forEach((name, value) -> variables.put(name, reader.value(value)));
      constants.forEach((name, text) -> variables.put(name, Text.ofTemplate(text)));
      Budget budget = new Budget(BUDGET_BASE + BUDGET_PER_CHARACTER * reader.size());
      return new Rendering.Rendered(new Interpreter(budget).run(statements, variables));
    } catch (TemplateException e) {
      return new Rendering.Refused(e.getMessage());
    }
  }

  private static ExactaException wrong(String name, String problem) {
    return ExactaException.fatal(
        "model "
            + name
            + ": its chat template cannot be used: "
            + problem
            + "; use another GGUF file of this model");
  }
}
