package exacta.numerics;

import exacta.numerics.x86.BlockPacking;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/** Repacks matrices by {@link BlockPacking}, of the formats that {@link MachineCode#takes}. */
final class MachinePacking {
  private final BlockPacking code = MachineCode.code().packing();
  private final StoredMatrix stored;
  private final MachineMatrix packed;
  private final int rowBytes;
  private final AtomicBoolean finite = new AtomicBoolean(true);

  private MachinePacking(StoredMatrix stored, PackedMatrix packed) {
    this.stored = stored;
    this.packed = MachineMatrix.of(packed);
    rowBytes = Math.toIntExact(stored.format().rowBytes(stored.cols()));
  }

  /**
   * Fills a matrix that is all zeros.
   *
   * @return whether all scales and minima are finite
   */
  static boolean fill(PackedMatrix packed, StoredMatrix stored, Workers workers) {
    MachinePacking packing = new MachinePacking(stored, packed);
    workers.forShares(Math.ceilDiv(stored.rows(), packing.packed.height()), packing::fillGroups);
    return packing.finite.get();
  }

  /**
   * Each group is copied first. If pages of the file are gone, that throws, where machine code
   * would end the process; and rows that the last group lacks are zeros in the copy.
   */
  private void fillGroups(int from, int to) {
    int height = packed.height();
    byte[] rows = new byte[Math.multiplyExact(height, rowBytes)];
    MemorySegment copy = MemorySegment.ofArray(rows);
    for (int group = from; group < to; group++) {
      int first = group * height;
      int bytes = Math.min(height, stored.rows() - first) * rowBytes;
      MemorySegment.copy(stored.data(), (long) first * rowBytes, copy, 0, bytes);
      Arrays.fill(rows, bytes, rows.length, (byte) 0);
      boolean isFinite =
          code.pack(
              packed.kind(),
              packed.blocks(),
              rows,
              packed.weights(),
              packed.weightsAt(group),
              packed.scales(),
              packed.scalesAt(group),
              packed.toMinima());
      if (!isFinite) {
        finite.set(false);
      }
    }
  }
}
