package exacta.engine.grammar;

import java.util.List;

/**
 * A set of texts, as a program that reads them byte by byte. Immutable and safe for many threads.
 * Rule 0 is the whole. Spec: constrained.md.
 */
public final class Grammar {
  /** Of a schema's text, as UTF-8. */
  public static final int SCHEMA_BYTES_MAX = 1 << 16;

  private final List<Instruction> program;

  /** Where each rule begins. */
  private final int[] rules;

  Grammar(List<Instruction> program, int[] rules) {
    this.program = List.copyOf(program);
    this.rules = rules;
  }

  /**
   * The JSON texts that fit a schema, as an answer may write them.
   *
   * @throws IllegalArgumentException if the schema is none, or has what is not supported; the
   *     message names the place
   */
  public static Grammar ofSchema(String schema) {
    return SchemaCompiler.compile(schema);
  }

  Instruction at(int place) {
    return program.get(place);
  }

  int begin(int rule) {
    return rules[rule];
  }
}
