package exacta.sprint;

import exacta.numerics.AttentionShape;
import exacta.numerics.Elementary;
import exacta.numerics.Kernels;
import exacta.numerics.KeyValueCache;
import exacta.numerics.KeyValueShape;
import exacta.numerics.RopeFrequencies;
import exacta.numerics.RopeTable;
import exacta.numerics.Segment;
import exacta.primitives.Check;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Some consecutive nonces of one host on their way through the layers, side by side. Spec:
 * sprint.md#layer. Used by one thread.
 */
final class SprintPass {
  private static final float EPSILON = 1e-5f;
  private static final float ROPE_BASE = 10_000;

  private final SprintShape shape;
  private final Kernels kernels;
  private final int nonces;
  private final RopeTable rope;
  private final AttentionShape attention;
  private final float[] ones;

  /** Each nonce is a sequence of its own, whose cache serves all layers in turn. */
  private final List<Segment> segments = new ArrayList<>();

  /** (nonces * T, dim), as are the next six. */
  private final float[] states;

  private final float[] normed;
  private final float[] queries;
  private final float[] keys;
  private final float[] values;
  private final float[] attended;
  private final float[] update;

  /** (nonces * T, feedForward). */
  private final float[] gate;

  private final float[] up;

  SprintPass(
      Digest32 seed,
      SprintShape shape,
      Kernels kernels,
      byte[] hostAddress,
      long firstNonce,
      int nonces) {
    this.shape = shape;
    this.kernels = kernels;
    this.nonces = nonces;
    rope = rope(shape);
    attention = AttentionShape.of(shape.heads(), shape.heads(), SprintShape.HEAD_SIZE);
    ones = new float[shape.dim()];
    Arrays.fill(ones, 1);
    int size = Math.multiplyExact(nonces, shape.stateSize());
    states = new float[size];
    normed = new float[size];
    queries = new float[size];
    keys = new float[size];
    values = new float[size];
    attended = new float[size];
    update = new float[size];
    gate = new float[nonces * shape.sequenceLength() * shape.feedForward()];
    up = new float[gate.length];
    KeyValueShape layer = new KeyValueShape(1, shape.heads(), SprintShape.HEAD_SIZE);
    int length = shape.sequenceLength();
    for (int i = 0; i < nonces; i++) {
      segments.add(new Segment(KeyValueCache.of(layer, length), i * length, 0, length));
      SprintInput.write(seed, shape, hostAddress, firstNonce + i, states, i * shape.stateSize());
    }
  }

  private static RopeTable rope(SprintShape shape) {
    RopeFrequencies frequencies = RopeFrequencies.of(ROPE_BASE, SprintShape.HEAD_SIZE);
    return new RopeTable(frequencies, shape.sequenceLength(), RopeTable.Pairing.ADJACENT);
  }

  void apply(SprintLayer layer) {
    int tokens = nonces * shape.sequenceLength();
    kernels.rmsNorm(states, tokens, ones, EPSILON, normed);
    kernels.multiply(layer.query(), normed, tokens, queries);
    kernels.multiply(layer.key(), normed, tokens, keys);
    kernels.multiply(layer.value(), normed, tokens, values);
    attend();
    kernels.multiply(layer.output(), attended, tokens, update);
    kernels.add(states, update, states.length);
    kernels.rmsNorm(states, tokens, ones, EPSILON, normed);
    kernels.multiply(layer.gate(), normed, tokens, gate);
    kernels.multiply(layer.up(), normed, tokens, up);
    kernels.swiGlu(gate, up, gate.length, gate);
    kernels.multiply(layer.down(), gate, tokens, update);
    kernels.add(states, update, states.length);
  }

  private void attend() {
    kernels.rope(rope, queries, shape.heads(), segments);
    kernels.rope(rope, keys, shape.heads(), segments);
    for (Segment segment : segments) {
      for (int t = 0; t < segment.count(); t++) {
        int at = (segment.row() + t) * shape.dim();
        boolean finite = segment.cache().store(0, t, keys, at, values, at);
        Check.that(finite, "a Sprint's keys and values are finite for any seed");
      }
    }
    kernels.attention(attention, 0, queries, segments, attended);
  }

  /** One digest for each nonce. Spec: sprint.md#digest. */
  List<Digest32> digests() {
    Check.that(
        Elementary.allFinite(states, 0, states.length),
        "a Sprint's states are finite for any seed");
    List<Digest32> digests = new ArrayList<>();
    for (int nonce = 0; nonce < nonces; nonce++) {
      digests.add(
          Hasher.of("sprint-states")
              .floats(states, nonce * shape.stateSize(), shape.stateSize())
              .finish());
    }
    return digests;
  }
}
