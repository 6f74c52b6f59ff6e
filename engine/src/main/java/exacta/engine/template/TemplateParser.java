package exacta.engine.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Turns the tokens of a template into statements. */
final class TemplateParser {
  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private int loops;

  private TemplateParser(List<Token> tokens) {
    this.tokens = new TokenStream(tokens);
    this.expressions = new ExpressionParser(this.tokens);
  }

  static List<Statement> parse(String source) {
    TemplateParser parser = new TemplateParser(Lexer.tokens(source));
    List<Statement> statements = parser.until(Set.of());
    if (parser.tokens.peek().kind() != Token.Kind.END) {
      throw TemplateException.at(
          parser.tokens.line(), "unexpected tag " + parser.tokens.describe());
    }
    return statements;
  }

  /** Up to a block whose name is one of these; leaves the cursor on that name. */
  private List<Statement> until(Set<String> ends) {
    tokens.enter();
    List<Statement> statements = new ArrayList<>();
    boolean open = true;
    while (open) {
      Token token = tokens.peek();
      switch (token.kind()) {
        case DATA -> statements.add(new Statement.Data(tokens.next().text()));
        case OUTPUT_BEGIN -> {
          tokens.next();
          statements.add(new Statement.Output(expressions.expression(), token.line()));
          tokens.expect(Token.Kind.OUTPUT_END, "the end of the tag");
        }
        case BLOCK_BEGIN -> {
          tokens.next();
          open = !ends.contains(tokens.peek().text());
          if (open) {
            statements.add(block());
          }
        }
        default -> {
          if (!ends.isEmpty()) {
            throw TemplateException.at(token.line(), "one of " + ends + " is missing");
          }
          open = false;
        }
      }
    }
    tokens.leave();
    return List.copyOf(statements);
  }

  private Statement block() {
    int line = tokens.line();
    String name = tokens.expectName();
    return switch (name) {
      case "if" -> branches();
      case "for" -> loop(line);
      case "set" -> set(line);
      case "macro" -> macro(line);
      case "generation" -> generation();
      case "break", "continue" -> {
        if (loops == 0) {
          throw TemplateException.at(line, "'" + name + "' outside of a loop");
        }
        endTag();
        yield name.equals("break") ? new Statement.Break() : new Statement.Continue();
      }
      default -> throw TemplateException.at(line, "the tag '" + name + "' is not supported");
    };
  }

  private Statement branches() {
    List<Statement.Branch> branches = new ArrayList<>();
    List<Statement> otherwise = List.of();
    branches.add(branch());
    while (tokens.takeName("elif")) {
      branches.add(branch());
    }
    if (tokens.takeName("else")) {
      endTag();
      otherwise = until(Set.of("endif"));
    }
    end("endif");
    return new Statement.If(List.copyOf(branches), otherwise);
  }

  private Statement.Branch branch() {
    Expression condition = expressions.expression();
    endTag();
    return new Statement.Branch(condition, until(Set.of("elif", "else", "endif")));
  }

  private Statement loop(int line) {
    List<String> targets = new ArrayList<>();
    targets.add(tokens.expectName());
    while (tokens.takeOperator(",")) {
      targets.add(tokens.expectName());
    }
    if (!tokens.takeName("in")) {
      throw TemplateException.at(line, "'in' is missing before " + tokens.describe());
    }
    Expression items = expressions.or();
    Optional<Expression> filter =
        tokens.takeName("if") ? Optional.of(expressions.expression()) : Optional.empty();
    endTag();
    loops++;
    List<Statement> body = until(Set.of("else", "endfor"));
    loops--;
    List<Statement> otherwise = List.of();
    if (tokens.takeName("else")) {
      endTag();
      otherwise = until(Set.of("endfor"));
    }
    end("endfor");
    return new Statement.For(List.copyOf(targets), items, filter, body, otherwise, line);
  }

  private Statement set(int line) {
    String name = tokens.expectName();
    if (tokens.takeOperator(".")) {
      String attribute = tokens.expectName();
      tokens.expectOperator("=");
      Expression value = expressions.expression();
      endTag();
      return new Statement.SetAttribute(name, attribute, value, line);
    }
    if (tokens.takeOperator("=")) {
      Expression value = expressions.expression();
      endTag();
      return new Statement.Set(name, value);
    }
    endTag();
    int outerLoops = loops;
    loops = 0;
    List<Statement> body = until(Set.of("endset"));
    loops = outerLoops;
    end("endset");
    return new Statement.SetBlock(name, body);
  }

  private Statement macro(int line) {
    String name = tokens.expectName();
    List<Statement.Parameter> parameters = new ArrayList<>();
    tokens.expectOperator("(");
    while (!tokens.takeOperator(")")) {
      String parameter = tokens.expectName();
      Optional<Expression> otherwise =
          tokens.takeOperator("=") ? Optional.of(expressions.expression()) : Optional.empty();
      parameters.add(new Statement.Parameter(parameter, otherwise));
      if (!tokens.isOperator(")")) {
        tokens.expectOperator(",");
      }
    }
    endTag();
    int outerLoops = loops;
    loops = 0;
    List<Statement> body = until(Set.of("endmacro"));
    loops = outerLoops;
    end("endmacro");
    return new Statement.Macro(name, List.copyOf(parameters), body, line);
  }

  /** Marks, for those who train on the output, what an assistant wrote; means nothing else. */
  private Statement generation() {
    endTag();
    List<Statement> body = until(Set.of("endgeneration"));
    end("endgeneration");
    return new Statement.If(List.of(), body);
  }

  private void end(String name) {
    if (!tokens.takeName(name)) {
      throw TemplateException.at(
          tokens.line(), "'" + name + "' is missing before " + tokens.describe());
    }
    endTag();
  }

  private void endTag() {
    tokens.expect(Token.Kind.BLOCK_END, "the end of the tag");
  }
}
