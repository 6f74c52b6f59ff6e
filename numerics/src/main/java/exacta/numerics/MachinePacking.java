package exacta.numerics;

import exacta.numerics.x86.BlockPacking;
import exacta.primitives.Check;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/** Repacks matrices by {@link BlockPacking}, of the formats that {@link MachineCode#takes}. */
final class MachinePacking {
  /** Bytes of a matrix that are not worth another thread. */
  private static final int ALONE = 1 << 20;

  private final BlockPacking code = MachineCode.code().packing();
  private final StoredMatrix stored;
  private final MachineMatrix packed;
  private final int rowBytes;
  private final AtomicBoolean finite = new AtomicBoolean(true);

  private MachinePacking(StoredMatrix stored, MachineMatrix packed) {
    this.stored = stored;
    this.packed = packed;
    rowBytes = Math.multiplyExact(packed.blocks(), packed.kind().storedBytes());
    Check.that(
        rowBytes == stored.format().rowBytes(stored.cols()), "rows are blocks as known there");
  }

  /**
   * Fills a matrix.
   *
   * @return whether all scales and minima are finite
   */
  static boolean fill(PackedMatrix packed, StoredMatrix stored, Workers workers) {
    MachineMatrix matrix = MachineMatrix.of(packed);
    MachinePacking packing = new MachinePacking(stored, matrix);
    int groups = Math.ceilDiv(stored.rows(), matrix.height());
    if (stored.data().byteSize() < ALONE) {
      packing.fillGroups(0, groups);
    } else {
      workers.forShares(groups, packing::fillGroups);
    }
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
              packed.scalesAt(group));
      if (!isFinite) {
        finite.set(false);
      }
    }
  }
}
