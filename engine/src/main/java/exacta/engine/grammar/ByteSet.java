package exacta.engine.grammar;

import java.util.BitSet;

/** Some of the 256 bytes. */
record ByteSet(BitSet bytes) {
  static ByteSet of(int only) {
    return range(only, only);
  }

  /** From the first to the last. */
  static ByteSet range(int first, int last) {
    BitSet bytes = new BitSet(256);
    bytes.set(first, last + 1);
    return new ByteSet(bytes);
  }

  static ByteSet ofCharacters(String characters) {
    BitSet bytes = new BitSet(256);
    characters.chars().forEach(bytes::set);
    return new ByteSet(bytes);
  }

  ByteSet and(ByteSet other) {
    BitSet both = (BitSet) bytes.clone();
    both.or(other.bytes);
    return new ByteSet(both);
  }

  ByteSet without(String characters) {
    BitSet rest = (BitSet) bytes.clone();
    characters.chars().forEach(rest::clear);
    return new ByteSet(rest);
  }

  boolean has(int value) {
    return bytes.get(value);
  }
}
