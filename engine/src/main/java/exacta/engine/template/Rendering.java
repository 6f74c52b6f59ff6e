package exacta.engine.template;

import java.util.List;

/** What comes of rendering a template with the data of one request. */
public sealed interface Rendering {
  /** The output; neighbours differ in where they come from. */
  record Rendered(List<Piece> pieces) implements Rendering {
    public Rendered {
      pieces = List.copyOf(pieces);
    }

    /** The output as one text. */
    public String text() {
      StringBuilder text = new StringBuilder();
      pieces.forEach(piece -> text.append(piece.text()));
      return text.toString();
    }
  }

  /** The template does not take this data, or not within its bounds; the reason is for clients. */
  record Refused(String reason) implements Rendering {}
}
