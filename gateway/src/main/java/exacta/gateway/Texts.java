package exacta.gateway;

/** Text of strangers in messages of ours. */
final class Texts {
  private Texts() {}

  /** The beginning of the text, on one line, without what is not printable. */
  static String shortened(String text, int characters) {
    String line = text.replaceAll("\\p{Cntrl}+", " ");
    if (line.length() <= characters) {
      return line;
    }
    int end = Character.isHighSurrogate(line.charAt(characters - 1)) ? characters - 1 : characters;
    return line.substring(0, end) + "...";
  }
}
