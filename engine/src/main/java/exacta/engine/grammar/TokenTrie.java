package exacta.engine.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A vocabulary's tokens by their bytes: what begins alike is looked at once. Nodes are in the order
 * of a walk, each before those that go on from it. Immutable and safe for many threads.
 */
public final class TokenTrie {
  private final int vocabulary;
  private final byte[] bytes;
  private final int[] depths;

  /** Behind the last node that goes on from a node. */
  private final int[] ends;

  /** Where a node's tokens begin in the list; one more entry ends the last. */
  private final int[] tokensAt;

  private final int[] tokens;
  private final int depthMax;

  /** A token and its bytes. */
  private record Entry(int token, byte[] bytes) {}

  private TokenTrie(int vocabulary, List<Entry> entries) {
    this.vocabulary = vocabulary;
    int size = entries.stream().mapToInt(entry -> entry.bytes().length).sum();
    byte[] nodeBytes = new byte[size];
    int[] nodeDepths = new int[size];
    int[] nodeTokens = new int[size + 1];
    tokens = entries.stream().mapToInt(Entry::token).toArray();
    int nodes = 0;
    byte[] before = {};
    for (int i = 0; i < tokens.length; i++) {
      byte[] own = entries.get(i).bytes();
      int common = Arrays.mismatch(before, own);
      for (int depth = common < 0 ? own.length : common; depth < own.length; depth++) {
        nodeBytes[nodes] = own[depth];
        nodeDepths[nodes] = depth;
        nodeTokens[nodes] = i;
        nodes++;
      }
      nodeTokens[nodes] = i + 1;
      before = own;
    }
    bytes = Arrays.copyOf(nodeBytes, nodes);
    depths = Arrays.copyOf(nodeDepths, nodes);
    tokensAt = Arrays.copyOf(nodeTokens, nodes + 1);
    depthMax = Arrays.stream(depths).max().orElse(0);
    ends = ends(depths, depthMax);
  }

  private static int[] ends(int[] depths, int depthMax) {
    int[] ends = new int[depths.length];
    int[] next = new int[depthMax + 1]; // the first node behind that is not deeper
    Arrays.fill(next, depths.length);
    for (int i = depths.length - 1; i >= 0; i--) {
      ends[i] = next[depths[i]];
      Arrays.fill(next, depths[i], depthMax + 1, i);
    }
    return ends;
  }

  /**
   * Takes all tokens that have bytes.
   *
   * @param bytesOf a token; none for one that stands for nothing
   */
  public static TokenTrie of(int vocabulary, IntFunction<byte[]> bytesOf) {
    List<Entry> entries = new ArrayList<>();
    for (int token = 0; token < vocabulary; token++) {
      byte[] bytes = bytesOf.apply(token);
      if (bytes.length > 0) {
        entries.add(new Entry(token, bytes));
      }
    }
    entries.sort((a, b) -> Arrays.compareUnsigned(a.bytes(), b.bytes()));
    return new TokenTrie(vocabulary, entries);
  }

  /** The tokens that a state lets through, one bit each. */
  long[] allowed(Automaton.State state) {
    long[] allowed = new long[Math.ceilDiv(vocabulary, Long.SIZE)];
    Automaton.State[] path = new Automaton.State[depthMax + 2];
    path[0] = state;
    int node = 0;
    while (node < bytes.length) {
      Automaton.State next = path[depths[node]].next(bytes[node] & 0xff);
      if (next.isDead()) {
        node = ends[node];
        continue;
      }
      path[depths[node] + 1] = next;
      for (int i = tokensAt[node]; i < tokensAt[node + 1]; i++) {
        allowed[tokens[i] / Long.SIZE] |= 1L << tokens[i] % Long.SIZE;
      }
      node++;
    }
    return allowed;
  }
}
