package exacta.primitives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MerkleTreeTest {
  private static List<Digest32> leaves(int count) {
    List<Digest32> leaves = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      leaves.add(Hasher.of("leaf").integer(i).finish());
    }
    return leaves;
  }

  @Test
  void aPathProvesItsLeafAtItsPositionAndNoOther() {
    for (int count = 1; count <= 33; count++) {
      MerkleTree tree = new MerkleTree(leaves(count));
      for (int index = 0; index < count; index++) {
        List<Digest32> path = tree.path(index);
        for (int claimed = 0; claimed < count; claimed++) {
          assertEquals(
              claimed == index,
              MerkleTree.verify(tree.root(), count, claimed, tree.leaf(index), path));
        }
        assertFalse(MerkleTree.verify(tree.root(), count, index, Digest32.ZERO, path));
        assertFalse(MerkleTree.verify(tree.root(), count, -1, tree.leaf(index), path));
        List<Digest32> longer = new ArrayList<>(path);
        longer.add(Digest32.ZERO);
        assertFalse(MerkleTree.verify(tree.root(), count, index, tree.leaf(index), longer));
      }
    }
  }

  @Test
  void aSumPathProvesWhatAllLeavesBeforeItCost() {
    for (int count = 1; count <= 33; count++) {
      List<SumTree.Node> nodes = new ArrayList<>();
      for (Digest32 leaf : leaves(count)) {
        nodes.add(new SumTree.Node(leaf, 7L * nodes.size() % 5));
      }
      SumTree tree = new SumTree(nodes);
      long before = 0;
      for (int index = 0; index < count; index++) {
        assertEquals(
            Optional.of(new SumTree.Position(before)),
            SumTree.locate(tree.root(), count, index, nodes.get(index), tree.path(index)));
        SumTree.Node dearer = new SumTree.Node(nodes.get(index).hash(), nodes.get(index).sum() + 1);
        assertTrue(SumTree.locate(tree.root(), count, index, dearer, tree.path(index)).isEmpty());
        for (long coin = before; coin < before + nodes.get(index).sum(); coin++) {
          assertEquals(index, tree.leafOfCoin(coin));
        }
        before += nodes.get(index).sum();
      }
      assertEquals(before, tree.root().sum());
      assertEquals(-1, tree.leafOfCoin(before));
    }
  }

  @Test
  void aSumThatWouldOverflowProvesNothing() {
    SumTree.Node leaf = new SumTree.Node(Digest32.ZERO, Long.MAX_VALUE);
    SumTree.Node sibling = new SumTree.Node(Digest32.ZERO, 1);
    assertTrue(SumTree.locate(leaf, 2, 0, leaf, List.of(sibling)).isEmpty());
  }
}
