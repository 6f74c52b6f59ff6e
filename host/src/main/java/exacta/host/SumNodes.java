package exacta.host;

import exacta.primitives.Digest32;
import exacta.primitives.SumTree;
import exacta.protocol.Wire;
import exacta.protocol.v1.SumNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Paths of sum trees, to and from their messages. */
final class SumNodes {
  private SumNodes() {}

  static List<SumNode> write(List<SumTree.Node> path) {
    return path.stream()
        .map(node ->
            SumNode.newBuilder().setHash(Wire.bytes(node.hash())).setSum(node.sum()).build())
        .toList();
  }

  static Optional<List<SumTree.Node>> read(List<SumNode> path) {
    List<SumTree.Node> nodes = new ArrayList<>(path.size());
    for (SumNode node : path) {
      Optional<Digest32> hash = Wire.parseDigest(node.getHash());
      if (hash.isEmpty()) {
        return Optional.empty();
      }
      nodes.add(new SumTree.Node(hash.get(), node.getSum()));
    }
    return Optional.of(nodes);
  }
}
