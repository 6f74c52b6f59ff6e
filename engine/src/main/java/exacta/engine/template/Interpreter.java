package exacta.engine.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Executes statements. One rendering, one thread. */
final class Interpreter implements Evaluator.Macros {
  /** How a statement ended. */
  private enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }

  private final Budget budget;
  private final Evaluator evaluator;

  Interpreter(Budget budget) {
    this.budget = budget;
    this.evaluator = new Evaluator(budget, this);
  }

  List<Piece> run(List<Statement> statements, Map<String, Value> variables) {
    Scope scope = new Scope(Optional.empty());
    scope.set("raise_exception", Value.Function.RAISE_EXCEPTION);
    scope.set("namespace", Value.Function.NAMESPACE);
    scope.set("range", Value.Function.RANGE);
    variables.forEach(scope::set);
    TextBuilder out = new TextBuilder();
    execute(statements, scope.inner(), out);
    return out.toPieces();
  }

  private Flow execute(List<Statement> statements, Scope scope, TextBuilder out) {
    for (Statement statement : statements) {
      Flow flow = execute(statement, scope, out);
      if (flow != Flow.NEXT) {
        return flow;
      }
    }
    return Flow.NEXT;
  }

  private Flow execute(Statement statement, Scope scope, TextBuilder out) {
    budget.enter();
    Flow flow = flow(statement, scope, out);
    budget.leave();
    return flow;
  }

  private Flow flow(Statement statement, Scope scope, TextBuilder out) {
    switch (statement) {
      case Statement.Data data -> out.append(budget.charged(Text.ofTemplate(data.text())));
      case Statement.Output output ->
          out.append(
              budget.charged(
                  evaluator.text(evaluator.evaluate(output.value(), scope), output.line())));
      case Statement.If branches -> {
        return branch(branches, scope, out);
      }
      case Statement.For loop -> loop(loop, scope, out);
      case Statement.Set set -> scope.set(set.name(), evaluator.evaluate(set.value(), scope));
      case Statement.SetBlock set -> {
        TextBuilder body = new TextBuilder();
        execute(set.body(), scope.inner(), body);
        scope.set(set.name(), budget.charged(body.toText()));
      }
      case Statement.SetAttribute set -> {
        if (!(scope.get(set.namespace()) instanceof Value.Namespace namespace)) {
          throw TemplateException.at(
              set.line(), "only attributes of a namespace can be set, not of " + set.namespace());
        }
        namespace.entries().put(set.attribute(), evaluator.evaluate(set.value(), scope));
      }
      case Statement.Macro macro -> scope.set(macro.name(), new Value.Macro(macro, scope));
      case Statement.Break stop -> {
        return Flow.BREAK;
      }
      case Statement.Continue next -> {
        return Flow.CONTINUE;
      }
    }
    return Flow.NEXT;
  }

  @Override
  public Text call(Value.Macro macro, Arguments arguments) {
    List<Statement.Parameter> parameters = macro.definition().parameters();
    arguments.allowing(parameters.stream().map(Statement.Parameter::name).toArray(String[]::new));
    Scope scope = macro.scope().inner();
    for (int i = 0; i < parameters.size(); i++) {
      Statement.Parameter parameter = parameters.get(i);
      Optional<Value> given = arguments.get(i, parameter.name());
      scope.set(
          parameter.name(),
          given.orElseGet(() ->
              parameter
                  .otherwise()
                  .map(expression -> evaluator.evaluate(expression, scope))
                  .orElseGet(() -> new Value.Undefined(parameter.name()))));
    }
    TextBuilder out = new TextBuilder();
    execute(macro.definition().body(), scope, out);
    return budget.charged(out.toText());
  }

  private Flow branch(Statement.If statement, Scope scope, TextBuilder out) {
    for (Statement.Branch branch : statement.branches()) {
      if (evaluator.evaluate(branch.condition(), scope).isTrue()) {
        return execute(branch.body(), scope, out);
      }
    }
    return execute(statement.otherwise(), scope, out);
  }

  private void loop(Statement.For loop, Scope scope, TextBuilder out) {
    List<Value> items = evaluator.items(evaluator.evaluate(loop.items(), scope), loop.line());
    if (loop.filter().isPresent()) {
      List<Value> kept = new ArrayList<>();
      for (Value item : items) {
        Scope turn = scope.inner();
        bind(loop, item, turn);
        if (evaluator.evaluate(loop.filter().get(), turn).isTrue()) {
          kept.add(item);
        }
      }
      items = kept;
    }
    if (items.isEmpty()) {
      execute(loop.otherwise(), scope.inner(), out);
    }
    for (int i = 0; i < items.size(); i++) {
      Scope turn = scope.inner();
      turn.set("loop", loopVariable(items, i));
      bind(loop, items.get(i), turn);
      if (execute(loop.body(), turn, out) == Flow.BREAK) {
        return;
      }
    }
  }

  private void bind(Statement.For loop, Value item, Scope turn) {
    List<String> targets = loop.targets();
    if (targets.size() == 1) {
      turn.set(targets.getFirst(), item);
      return;
    }
    List<Value> parts = evaluator.items(item, loop.line());
    if (parts.size() != targets.size()) {
      throw TemplateException.at(
          loop.line(), parts.size() + " values for the names " + String.join(", ", targets));
    }
    for (int i = 0; i < targets.size(); i++) {
      turn.set(targets.get(i), parts.get(i));
    }
  }

  private Value loopVariable(List<Value> items, int index) {
    budget.charge(8);
    Map<String, Value> entries = new LinkedHashMap<>();
    entries.put("index", new Value.Int(index + 1L));
    entries.put("index0", new Value.Int(index));
    entries.put("revindex", new Value.Int(items.size() - (long) index));
    entries.put("revindex0", new Value.Int(items.size() - 1L - index));
    entries.put("first", new Value.Bool(index == 0));
    entries.put("last", new Value.Bool(index == items.size() - 1));
    entries.put("length", new Value.Int(items.size()));
    if (index > 0) {
      entries.put("previtem", items.get(index - 1));
    }
    if (index + 1 < items.size()) {
      entries.put("nextitem", items.get(index + 1));
    }
    return new Value.Dict(entries);
  }
}
