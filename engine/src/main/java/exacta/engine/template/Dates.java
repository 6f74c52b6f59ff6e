package exacta.engine.template;

import java.util.Map;

/**
 * The date for templates that insist on one. A prompt is a function of the conversation, so there
 * is no clock: it is always the start of the day that the templates of Llama 3 fall back to.
 */
final class Dates {
  /** By Python's directives. */
  private static final Map<Character, String> PARTS =
      Map.of(
          'd', "26", 'm', "07", 'Y', "2024", 'y', "24", 'b', "Jul", 'B', "July", 'a', "Fri", 'A',
          "Friday", 'H', "00", 'M', "00");

  private Dates() {}

  static Text text(Arguments arguments, Budget budget) {
    Text format = arguments.allowing("format").requireText(0, "format");
    String chars = format.chars();
    budget.charge(Budget.OBJECT * chars.length());
    TextBuilder out = new TextBuilder();
    for (int i = 0; i < chars.length(); i++) {
      if (chars.charAt(i) != '%') {
        out.append(format.part(i, i + 1));
        continue;
      }
      i++;
      String part = i < chars.length() ? PARTS.get(chars.charAt(i)) : null;
      if (part == null) {
        throw arguments.wrong("does not know what '" + chars + "' asks for");
      }
      out.append(Text.ofTemplate(part));
    }
    return budget.charged(out.toText());
  }
}
