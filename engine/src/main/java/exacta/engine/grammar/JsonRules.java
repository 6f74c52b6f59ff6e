package exacta.engine.grammar;

import java.util.List;

/** The parts of JSON that every schema is made of. Spec: constrained.md#texts. */
final class JsonRules {
  private static final int BLANKS_MAX = 32;
  private static final int DIGITS_MAX = 16;
  private static final int EXPONENT_DIGITS_MAX = 2;
  private static final ByteSet DIGIT = ByteSet.range('0', '9');
  private static final ByteSet HEX = DIGIT.and(ByteSet.ofCharacters("abcdefABCDEF"));
  private static final ByteSet CONTINUATION = ByteSet.range(0x80, 0xbf);

  private final ProgramBuilder out;
  private final int space;
  private final int character;
  private final int integer;
  private final int number;
  private final int any;
  private final int anyObject;
  private final int anyArray;

  /** Adds rules behind those that there are. */
  JsonRules(ProgramBuilder out) {
    this.out = out;
    space = out.rule(this::writeSpace);
    character = out.rule(this::writeCharacter);
    integer = out.rule(this::writeInteger);
    number = out.rule(this::writeNumber);
    any = out.rule(this::writeAny);
    anyObject = out.rule(() -> map(this::any));
    anyArray = out.rule(() -> array(0, -1, this::any));
  }

  /** Nothing, a blank, or a line feed with blanks. */
  void space() {
    out.call(space);
  }

  private void writeSpace() {
    out.choice(
        List.of(
            () -> {},
            () -> out.literal(" "),
            () -> {
              out.literal("\n");
              out.repeat(0, BLANKS_MAX, () -> out.bytes(ByteSet.ofCharacters(" \t")));
            }));
  }

  /** One character of a string, of valid Unicode, as itself or escaped. */
  private void writeCharacter() {
    out.choice(
        List.of(
            () -> out.bytes(ByteSet.range(0x20, 0x7f).without("\"\\")),
            () -> bytes(ByteSet.range(0xc2, 0xdf), CONTINUATION),
            () -> bytes(ByteSet.of(0xe0), ByteSet.range(0xa0, 0xbf), CONTINUATION),
            () ->
                bytes(
                    ByteSet.range(0xe1, 0xec).and(ByteSet.range(0xee, 0xef)),
                    CONTINUATION,
                    CONTINUATION),
            () -> bytes(ByteSet.of(0xed), ByteSet.range(0x80, 0x9f), CONTINUATION),
            () -> bytes(ByteSet.of(0xf0), ByteSet.range(0x90, 0xbf), CONTINUATION, CONTINUATION),
            () -> bytes(ByteSet.range(0xf1, 0xf3), CONTINUATION, CONTINUATION, CONTINUATION),
            () -> bytes(ByteSet.of(0xf4), ByteSet.range(0x80, 0x8f), CONTINUATION, CONTINUATION),
            this::writeEscape));
  }

  private void writeEscape() {
    out.literal("\\");
    ByteSet d = ByteSet.ofCharacters("dD");
    out.choice(
        List.of(
            () -> out.bytes(ByteSet.ofCharacters("\"\\/bfnrt")),
            () -> {
              out.literal("u");
              out.choice(
                  List.of(
                      () -> bytes(HEX.without("dD"), HEX, HEX, HEX),
                      () -> bytes(d, ByteSet.range('0', '7'), HEX, HEX),
                      () -> {
                        bytes(d, ByteSet.ofCharacters("89abAB"), HEX, HEX);
                        out.literal("\\u");
                        bytes(d, ByteSet.ofCharacters("cdefCDEF"), HEX, HEX);
                      }));
            }));
  }

  private void bytes(ByteSet... sets) {
    for (ByteSet set : sets) {
      out.bytes(set);
    }
  }

  /** A string of so many characters; a maximum of -1 is none. */
  void string(int min, int max) {
    out.literal("\"");
    out.repeat(min, max, () -> out.call(character));
    out.literal("\"");
  }

  void integer() {
    out.call(integer);
  }

  private void writeInteger() {
    out.optional(() -> out.literal("-"));
    out.choice(
        List.of(
            () -> out.literal("0"),
            () -> {
              out.bytes(ByteSet.range('1', '9'));
              out.repeat(0, DIGITS_MAX - 1, () -> out.bytes(DIGIT));
            }));
  }

  void number() {
    out.call(number);
  }

  private void writeNumber() {
    integer();
    out.optional(() -> {
      out.literal(".");
      out.repeat(1, DIGITS_MAX, () -> out.bytes(DIGIT));
    });
    out.optional(() -> {
      out.bytes(ByteSet.ofCharacters("eE"));
      out.optional(() -> out.bytes(ByteSet.ofCharacters("+-")));
      out.repeat(1, EXPONENT_DIGITS_MAX, () -> out.bytes(DIGIT));
    });
  }

  /** Any value at all. */
  void any() {
    out.call(any);
  }

  private void writeAny() {
    out.choice(
        List.of(
            this::anyObject,
            this::anyArray,
            () -> string(0, -1),
            this::number,
            () -> out.literal("true"),
            () -> out.literal("false"),
            () -> out.literal("null")));
  }

  void anyObject() {
    out.open(anyObject);
  }

  void anyArray() {
    out.open(anyArray);
  }

  /** The body of an object with any names. */
  void map(Runnable value) {
    out.literal("{");
    space();
    Runnable pair =
        () -> {
          string(0, -1);
          colon();
          value.run();
        };
    out.optional(() -> {
      pair.run();
      out.repeat(
          0,
          -1,
          () -> {
            comma();
            pair.run();
          });
      space();
    });
    out.literal("}");
  }

  /** The body of an array of so many items; a maximum of -1 is none. */
  void array(int min, int max, Runnable item) {
    out.literal("[");
    space();
    Runnable items =
        () -> {
          item.run();
          out.repeat(
              Math.max(0, min - 1),
              max < 0 ? -1 : max - 1,
              () -> {
                comma();
                item.run();
              });
          space();
        };
    if (max != 0) {
      if (min == 0) {
        out.optional(items);
      } else {
        items.run();
      }
    }
    out.literal("]");
  }

  void colon() {
    out.literal(":");
    space();
  }

  void comma() {
    out.literal(",");
    space();
  }
}
