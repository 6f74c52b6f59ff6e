package exacta.engine.template;

import exacta.primitives.Check;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns what clients wrote into values, and counts how much it is. One use, one thread. */
final class DataReader {
  /** Deeper data is refused, since it is walked by recursion. */
  private static final int DEPTH_MAX = 100;

  private long size;
  private int depth;

  /** Characters and items so far. */
  long size() {
    return size;
  }

  Value value(Object object) {
    size++;
    return switch (object) {
      case null -> new Value.None();
      case String text -> {
        size += text.length();
        yield Text.ofData(text);
      }
      case Boolean bool -> new Value.Bool(bool);
      case Integer number -> new Value.Int(number);
      case Long number -> new Value.Int(number);
      case BigInteger number -> new Value.Int(exact(number));
      case Double number -> new Value.Real(finite(number));
      case List<?> list -> {
        enter();
        List<Value> values = new ArrayList<>();
        list.forEach(item -> values.add(value(item)));
        depth--;
        yield new Value.Items(values);
      }
      case Map<?, ?> map -> {
        enter();
        Map<String, Value> entries = new LinkedHashMap<>();
        map.forEach((key, item) -> {
          size += ((String) key).length();
          entries.put((String) key, value(item));
        });
        depth--;
        yield new Value.Dict(entries);
      }
      default -> {
        Check.that(false, "data of a template is of a known type");
        yield new Value.None();
      }
    };
  }

  private static long exact(BigInteger number) {
    if (number.bitLength() > 63) {
      throw new TemplateException("the conversation has a whole number of more than 63 bits");
    }
    return number.longValueExact();
  }

  private static double finite(double number) {
    if (!Double.isFinite(number)) {
      throw new TemplateException("the conversation has a number that is too large");
    }
    return number;
  }

  private void enter() {
    if (++depth > DEPTH_MAX) {
      throw new TemplateException(
          "the conversation has data nested more than " + DEPTH_MAX + " deep");
    }
  }
}
