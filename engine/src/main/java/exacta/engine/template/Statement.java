package exacta.engine.template;

import java.util.List;
import java.util.Optional;

/** A part of a template that is executed. */
sealed interface Statement {
  record Data(String text) implements Statement {}

  record Output(Expression value, int line) implements Statement {}

  record Branch(Expression condition, List<Statement> body) {}

  record If(List<Branch> branches, List<Statement> otherwise) implements Statement {}

  record For(
      List<String> targets,
      Expression items,
      Optional<Expression> filter,
      List<Statement> body,
      List<Statement> otherwise,
      int line)
      implements Statement {}

  record Set(String name, Expression value) implements Statement {}

  record SetBlock(String name, List<Statement> body) implements Statement {}

  record SetAttribute(String namespace, String attribute, Expression value, int line)
      implements Statement {}

  record Parameter(String name, Optional<Expression> otherwise) {}

  record Macro(String name, List<Parameter> parameters, List<Statement> body, int line)
      implements Statement {}

  record Break() implements Statement {}

  record Continue() implements Statement {}
}
