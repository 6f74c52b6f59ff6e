package exacta.store;

import exacta.primitives.Digest32;
import exacta.primitives.Height;
import java.nio.ByteBuffer;

/**
 * The newest state on disk.
 *
 * @param height of the block that made it, 0 for genesis
 * @param root of the Merkle tree over the state: the app hash
 */
public record Head(Height height, Digest32 root) {
  private static final int BYTES = Long.BYTES + Digest32.BYTES;

  byte[] toBytes() {
    return ByteBuffer.allocate(BYTES).putLong(height.value()).put(root.toBytes()).array();
  }

  static Head ofBytes(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw RocksErrors.corrupt("the record of the newest state has " + bytes.length + " bytes");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    Height height = new Height(buffer.getLong());
    byte[] root = new byte[Digest32.BYTES];
    buffer.get(root);
    return new Head(height, Digest32.of(root));
  }
}
