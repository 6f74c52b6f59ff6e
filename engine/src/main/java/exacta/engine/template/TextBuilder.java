package exacta.engine.template;

import java.util.ArrayList;
import java.util.List;

/** Collects text with its origins. */
final class TextBuilder {
  private final StringBuilder chars = new StringBuilder();
  private final StringBuilder origins = new StringBuilder();

  TextBuilder append(Text text) {
    chars.append(text.chars());
    origins.append(text.origins());
    return this;
  }

  Text toText() {
    return new Text(chars.toString(), origins.toString());
  }

  /** Maximal stretches of one origin. */
  List<Piece> toPieces() {
    Text text = toText();
    List<Piece> pieces = new ArrayList<>();
    int from = 0;
    while (from < text.chars().length()) {
      int to = text.runEnd(from);
      boolean fromTemplate = text.origins().charAt(from) == Text.TEMPLATE;
      pieces.add(new Piece(text.chars().substring(from, to), fromTemplate));
      from = to;
    }
    return List.copyOf(pieces);
  }
}
