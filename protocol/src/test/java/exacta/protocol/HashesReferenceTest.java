package exacta.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.primitives.MerkleTree;
import exacta.primitives.SumTree;
import exacta.protocol.v1.AnswerEnd;
import exacta.protocol.v1.InferenceRequest;
import exacta.protocol.v1.SamplingParameters;
import exacta.protocol.v1.Signed;
import exacta.protocol.v1.TokenBias;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the published vectors of every hash: by their fields, and through our functions. */
@Timeout(30)
class HashesReferenceTest {
  private static final byte[] M = range(0, 32);
  private static final Digest32 MODEL = Digest32.of(M);
  private static final Digest32 SEED = Digest32.of(range(32, 32));
  private static final Digest32 THIRD = Digest32.of(range(64, 32));
  private static final Address ALPHA = Address.of(range(0, 20));
  private static final Address BETA = Address.of(range(20, 20));

  private static byte[] range(int from, int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (from + i);
    }
    return bytes;
  }

  private static List<String> lines() throws IOException {
    Path file = Path.of(System.getProperty("exacta.root"), "docs/spec/vectors/encoding/hashes.txt");
    return Files.readAllLines(file).stream().filter(line -> !line.startsWith("#")).toList();
  }

  @Test
  void hashesFieldsAsPublished() throws IOException {
    for (String line : lines()) {
      String[] parts = line.split(" ");
      Hasher hasher = Hasher.of(parts[1]);
      for (String field : List.of(parts).subList(2, parts.length - 1)) {
        add(hasher, field.charAt(0), field.substring(2));
      }
      assertEquals(parts[parts.length - 1], hasher.finish().toHex(), parts[0]);
    }
  }

  private static void add(Hasher hasher, char kind, String value) {
    String[] entries = value.isEmpty() ? new String[0] : value.split(",");
    byte[] bytes = kind == 'x' || kind == 't' ? HexFormat.of().parseHex(value) : new byte[0];
    switch (kind) {
      case 'i' -> hasher.integer(Long.parseLong(value));
      case 't' -> hasher.text(new String(bytes, StandardCharsets.UTF_8));
      case 'x' -> hasher.bytes(bytes);
      case 'k' -> hasher.tokens(Arrays.stream(entries).mapToInt(Integer::parseInt).toArray());
      case 'f' -> {
        float[] floats = new float[entries.length];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = Float.intBitsToFloat(Integer.parseUnsignedInt(entries[i], 16));
        }
        hasher.floats(floats, 0, floats.length);
      }
      default -> throw new AssertionError("no such kind of field: " + kind);
    }
  }

  private static Digest32 signed(String tag, int body) {
    ByteString bytes = ByteString.copyFrom(new byte[] {10, 1, (byte) body});
    return Signing.hash(tag, Signed.newBuilder().setBody(bytes).build());
  }

  private static InferenceRequest.Builder request(SamplingParameters.Builder parameters) {
    return InferenceRequest.newBuilder()
        .setModel(Wire.bytes(MODEL))
        .setParameters(parameters)
        .setSeed(Wire.bytes(SEED));
  }

  private static Map<String, Digest32> ours() {
    InferenceRequest request =
        request(
                SamplingParameters.newBuilder()
                    .setMaxTokens(100)
                    .setTemperature(0.7f)
                    .setTopK(40)
                    .setTopP(0.95f)
                    .addStop("\n\n")
                    .addStop("Ende.ä"))
            .addAllPrompt(List.of(1, 2, 300000))
            .build();
    InferenceRequest greedy =
        request(SamplingParameters.newBuilder().setMaxTokens(1).setTopP(1)).addPrompt(7).build();
    InferenceRequest.Builder all = greedy.toBuilder();
    all.getParametersBuilder()
        .setMinP(0.05f)
        .setRepetitionPenalty(1.1f)
        .setPresencePenalty(-0.5f)
        .setFrequencyPenalty(2)
        .addBias(TokenBias.newBuilder().setToken(7).setValue(-100))
        .addBias(TokenBias.newBuilder().setToken(300000).setValue(0.5f))
        .setSchema("{\"type\":\"object\"}");
    InferenceRequest.Builder presence = greedy.toBuilder();
    presence.getParametersBuilder().setPresencePenalty(1);
    InferenceRequest.Builder told = greedy.toBuilder();
    told.getParametersBuilder().setLikeliest(5);
    MerkleTree tree = new MerkleTree(List.of(MODEL, SEED, THIRD));
    SumTree sums =
        new SumTree(
            List.of(
                new SumTree.Node(MODEL, 3), new SumTree.Node(SEED, 4), new SumTree.Node(THIRD, 5)));
    Map<String, Digest32> ours = new TreeMap<>();
    ours.put("request", Requests.hash(request));
    ours.put("request-greedy", Requests.hash(greedy));
    ours.put("request-all", Requests.hash(all.build()));
    ours.put("request-presence", Requests.hash(presence.build()));
    ours.put("request-likeliest", Requests.hash(told.build()));
    ours.put("had-none", Orders.hadHash(new int[0]));
    ours.put("had", Orders.hadHash(new int[] {5, 6, Integer.MAX_VALUE}));
    ours.put("order", signed(Orders.TAG, 'a'));
    ours.put("receipt", signed(Receipts.TAG, 'b'));
    ours.put("fetch", signed(Fetches.TAG, 'c'));
    ours.put(
        "stream",
        Receipts.streamHash(
            new int[] {5, 6}, new float[] {-0.5f, -1.25f}, AnswerEnd.ANSWER_END_STOP));
    ours.put(
        "stream-nothing",
        Receipts.streamHash(new int[0], new float[0], AnswerEnd.ANSWER_END_FAILED));
    AnswerStream stream = new AnswerStream(true);
    stream.add(5, -0.5f, new int[] {5, 9}, new float[] {-0.5f, -1});
    stream.add(6, -1.25f, new int[] {7, 6}, new float[] {-0.25f, -1.25f});
    ours.put("likeliest", stream.likeliest().orElseThrow());
    ours.put("stream-likeliest", stream.hash(AnswerEnd.ANSWER_END_STOP));
    ours.put("answer", Receipts.digestCommitment(MODEL, 2, SEED));
    ours.put("lane-item", LaneLog.item(9, MODEL, SEED, 5).hash());
    ours.put("lane-empty", LaneLog.empty(10).hash());
    ours.put("attest", Attestations.of(ALPHA, BETA, List.of(MODEL, SEED, THIRD)));
    ours.put("session", Sessions.id("exacta-local", ALPHA, 12));
    ours.put("draw", Draws.value("exacta-local", M, "samples", ALPHA.toBytes()));
    ours.put("pool-link", PoolLinks.previous(MODEL));
    ours.put("empty", new MerkleTree(List.of()).root());
    ours.put("node", new MerkleTree(List.of(MODEL, SEED)).root());
    ours.put("node-of-three", tree.root());
    ours.put("sum-node-of-three", sums.root().hash());
    return ours;
  }

  @Test
  void ourFunctionsGiveThePublishedHashes() throws IOException {
    Map<String, String> published = new TreeMap<>();
    lines().forEach(line -> published.put(line.split(" ")[0], line.substring(line.length() - 64)));
    ours().forEach((name, hash) -> assertEquals(published.get(name), hash.toHex(), name));
  }
}
