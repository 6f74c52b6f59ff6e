package exacta.numerics.x86;

/** The general registers, in the order of their numbers. */
enum Register {
  RAX,
  RCX,
  RDX,
  RBX,
  RSP,
  RBP,
  RSI,
  RDI,
  R8,
  R9,
  R10,
  R11,
  R12,
  R13,
  R14,
  R15;

  /** The number as instructions hold it, but for its highest bit. */
  int low() {
    return ordinal() & 7;
  }

  /** The highest bit, which a prefix holds. */
  int high() {
    return ordinal() >>> 3;
  }
}
