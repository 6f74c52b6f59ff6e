package exacta.engine.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Recursive descent with Jinja's precedences. Source: Jinja 3.1, parser. */
final class ExpressionParser {
  private static final Set<String> RESERVED = Set.of("if", "else", "and", "or", "not", "in", "is");

  private final TokenStream tokens;

  ExpressionParser(TokenStream tokens) {
    this.tokens = tokens;
  }

  /** An expression; {@code a if b else c} included. */
  Expression expression() {
    tokens.enter();
    Expression result = or();
    while (tokens.takeName("if")) {
      Expression condition = or();
      Optional<Expression> otherwise =
          tokens.takeName("else") ? Optional.of(expression()) : Optional.empty();
      result = new Expression.Conditional(condition, result, otherwise);
    }
    tokens.leave();
    return result;
  }

  /** Without the conditional form, as the list of a loop wants it. */
  Expression or() {
    Expression left = and();
    while (tokens.takeName("or")) {
      left = new Expression.Or(left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (tokens.takeName("and")) {
      left = new Expression.And(left, not());
    }
    return left;
  }

  private Expression not() {
    if (!tokens.takeName("not")) {
      return comparison();
    }
    tokens.enter();
    Expression target = not();
    tokens.leave();
    return new Expression.Not(target);
  }

  private Expression comparison() {
    Expression left = sum();
    Expression result = left;
    boolean first = true;
    while (true) {
      int line = tokens.line();
      Expression next;
      if (tokens.isName("not") && tokens.peekSecond().is(Token.Kind.NAME, "in")) {
        tokens.next();
        tokens.next();
        next = new Expression.Not(new Expression.Binary("in", left, sum(), line));
      } else if (tokens.takeName("in")) {
        next = new Expression.Binary("in", left, sum(), line);
      } else if (isComparison()) {
        next = new Expression.Binary(tokens.next().text(), left, sum(), line);
      } else {
        return result;
      }
      if (!first) {
        throw TemplateException.at(line, "chained comparisons are not supported");
      }
      result = next;
      first = false;
    }
  }

  private boolean isComparison() {
    return tokens.peek().kind() == Token.Kind.OPERATOR
        && Set.of("==", "!=", "<", ">", "<=", ">=").contains(tokens.peek().text());
  }

  private Expression sum() {
    Expression left = concatenation();
    while (tokens.isOperator("+") || tokens.isOperator("-")) {
      Token operator = tokens.next();
      left = new Expression.Binary(operator.text(), left, concatenation(), operator.line());
    }
    return left;
  }

  private Expression concatenation() {
    Expression left = product();
    while (tokens.isOperator("~")) {
      Token operator = tokens.next();
      left = new Expression.Binary("~", left, product(), operator.line());
    }
    return left;
  }

  private Expression product() {
    Expression left = unary();
    while (tokens.isOperator("*") || tokens.isOperator("//") || tokens.isOperator("%")) {
      Token operator = tokens.next();
      left = new Expression.Binary(operator.text(), left, unary(), operator.line());
    }
    if (tokens.isOperator("/") || tokens.isOperator("**")) {
      throw TemplateException.at(
          tokens.line(), "the operator " + tokens.describe() + " is not supported");
    }
    return left;
  }

  private Expression unary() {
    int line = tokens.line();
    if (!tokens.takeOperator("-")) {
      return filtersAndTests(postfix(primary()));
    }
    tokens.enter();
    Expression negative = new Expression.Negative(postfix(primary()), line);
    tokens.leave();
    return filtersAndTests(negative);
  }

  private Expression primary() {
    Token token = tokens.next();
    return switch (token.kind()) {
      case TEXT -> {
        StringBuilder text = new StringBuilder(token.text());
        while (tokens.peek().kind() == Token.Kind.TEXT) {
          text.append(tokens.next().text());
        }
        yield new Expression.Literal(Text.ofTemplate(text.toString()));
      }
      case INTEGER -> new Expression.Literal(new Value.Int(Long.parseLong(token.text())));
      case NAME -> name(token);
      case OPERATOR -> bracketed(token);
      default -> throw TemplateException.at(token.line(), "a value is missing");
    };
  }

  private static Expression name(Token token) {
    if (RESERVED.contains(token.text())) {
      throw TemplateException.at(token.line(), "a value is missing before '" + token.text() + "'");
    }
    return switch (token.text()) {
      case "true", "True" -> new Expression.Literal(new Value.Bool(true));
      case "false", "False" -> new Expression.Literal(new Value.Bool(false));
      case "none", "None" -> new Expression.Literal(new Value.None());
      default -> new Expression.Name(token.text(), token.line());
    };
  }

  private Expression bracketed(Token token) {
    return switch (token.text()) {
      case "(" -> {
        Expression inner = expression();
        if (tokens.isOperator(",")) {
          throw TemplateException.at(token.line(), "tuples are not supported");
        }
        tokens.expectOperator(")");
        yield inner;
      }
      case "[" -> {
        List<Expression> items = new ArrayList<>();
        while (!tokens.takeOperator("]")) {
          items.add(expression());
          if (!tokens.isOperator("]")) {
            tokens.expectOperator(",");
          }
        }
        yield new Expression.ListOf(List.copyOf(items));
      }
      case "{" -> dict();
      default ->
          throw TemplateException.at(
              token.line(), "a value is missing before '" + token.text() + "'");
    };
  }

  private Expression dict() {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!tokens.takeOperator("}")) {
      keys.add(expression());
      tokens.expectOperator(":");
      values.add(expression());
      if (!tokens.isOperator("}")) {
        tokens.expectOperator(",");
      }
    }
    return new Expression.DictOf(List.copyOf(keys), List.copyOf(values));
  }

  private Expression postfix(Expression start) {
    Expression result = start;
    while (true) {
      int line = tokens.line();
      if (tokens.takeOperator(".")) {
        result = new Expression.Attribute(result, tokens.expectName(), line);
      } else if (tokens.takeOperator("[")) {
        result = subscript(result, line);
      } else if (tokens.isOperator("(")) {
        result = new Expression.Call(result, arguments(), line);
      } else {
        return result;
      }
    }
  }

  private Expression subscript(Expression target, int line) {
    Optional<Expression> from = tokens.isOperator(":") ? Optional.empty() : part();
    if (tokens.takeOperator("]")) {
      return new Expression.Subscript(target, from.orElseThrow(), line);
    }
    tokens.expectOperator(":");
    Optional<Expression> to = slicePart();
    Optional<Expression> step = tokens.takeOperator(":") ? slicePart() : Optional.empty();
    tokens.expectOperator("]");
    return new Expression.Slice(target, from, to, step, line);
  }

  private Optional<Expression> part() {
    return Optional.of(expression());
  }

  private Optional<Expression> slicePart() {
    return tokens.isOperator(":") || tokens.isOperator("]") ? Optional.empty() : part();
  }

  private List<Expression.Argument> arguments() {
    tokens.expectOperator("(");
    List<Expression.Argument> arguments = new ArrayList<>();
    while (!tokens.takeOperator(")")) {
      boolean named =
          tokens.peek().kind() == Token.Kind.NAME
              && tokens.peekSecond().is(Token.Kind.OPERATOR, "=");
      Optional<String> name = Optional.empty();
      if (named) {
        name = Optional.of(tokens.next().text());
        tokens.next();
      }
      arguments.add(new Expression.Argument(name, expression()));
      if (!tokens.isOperator(")")) {
        tokens.expectOperator(",");
      }
    }
    return List.copyOf(arguments);
  }

  private Expression filtersAndTests(Expression start) {
    Expression result = start;
    while (true) {
      int line = tokens.line();
      if (tokens.takeOperator("|")) {
        String name = tokens.expectName();
        Filters.requireKnown(name, line);
        List<Expression.Argument> arguments =
            tokens.isOperator("(") ? arguments() : List.<Expression.Argument>of();
        result = new Expression.Filter(result, name, arguments, line);
      } else if (tokens.takeName("is")) {
        result = test(result, line);
      } else {
        return result;
      }
    }
  }

  private Expression test(Expression target, int line) {
    boolean negated = tokens.takeName("not");
    String name = tokens.isName("in") ? tokens.next().text() : tokens.expectName();
    Tests.requireKnown(name, line);
    List<Expression> arguments = new ArrayList<>();
    if (tokens.isOperator("(")) {
      for (Expression.Argument argument : arguments()) {
        arguments.add(argument.value());
      }
    } else if (Tests.takesArgument(name)) {
      arguments.add(postfix(primary()));
    }
    Expression result = new Expression.Test(target, name, List.copyOf(arguments), line);
    return negated ? new Expression.Not(result) : result;
  }
}
