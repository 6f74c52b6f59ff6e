package exacta.engine.template;

import java.util.List;
import java.util.Optional;

/** What stands inside of tags and has a value. */
sealed interface Expression {
  record Literal(Value value) implements Expression {}

  record ListOf(List<Expression> items) implements Expression {}

  record DictOf(List<Expression> keys, List<Expression> values) implements Expression {}

  record Name(String name, int line) implements Expression {}

  record Attribute(Expression target, String name, int line) implements Expression {}

  record Subscript(Expression target, Expression index, int line) implements Expression {}

  record Slice(
      Expression target,
      Optional<Expression> from,
      Optional<Expression> to,
      Optional<Expression> step,
      int line)
      implements Expression {}

  record Argument(Optional<String> name, Expression value) {}

  record Call(Expression target, List<Argument> arguments, int line) implements Expression {}

  record Filter(Expression target, String name, List<Argument> arguments, int line)
      implements Expression {}

  record Test(Expression target, String name, List<Expression> arguments, int line)
      implements Expression {}

  record Not(Expression target) implements Expression {}

  record Negative(Expression target, int line) implements Expression {}

  record And(Expression left, Expression right) implements Expression {}

  record Or(Expression left, Expression right) implements Expression {}

  record Binary(String operator, Expression left, Expression right, int line)
      implements Expression {}

  record Conditional(Expression condition, Expression then, Optional<Expression> otherwise)
      implements Expression {}
}
