package exacta.numerics;

import exacta.numerics.x86.BlockCode;
import java.util.Optional;

/** Whether this process uses machine code of its own, and where it is. */
final class MachineCode {
  /** A property of the JVM with which Java's vectors do everything. */
  private static final String OFF = "exacta.machine.code.off";

  /** One with which vectors multiply many tokens, too. */
  private static final String NO_MATRIX_UNIT = "exacta.matrix.unit.off";

  private static final Optional<BlockCode> CODE =
      Lanes.COUNT == Stripes.COUNT && isAllowed()
          ? BlockCode.onThisMachine(!Boolean.getBoolean(NO_MATRIX_UNIT))
          : Optional.empty();

  private MachineCode() {}

  private static boolean isAllowed() {
    return !Boolean.getBoolean(OFF) && MachineCode.class.getModule().isNativeAccessEnabled();
  }

  static boolean isHere() {
    return CODE.isPresent();
  }

  /** True if many tokens are multiplied by the processor's matrix unit. */
  static boolean hasMatrixUnit() {
    return CODE.map(code -> code.products().hasMatrixUnit()).orElse(false);
  }

  /** True if weights of this format are repacked and multiplied by machine code. */
  static boolean takes(WeightFormat format) {
    return isHere()
        && switch (format) {
          case Q4_0, Q4_1, Q8_0 -> true;
          default -> false;
        };
  }

  /** Only where it is here. */
  static BlockCode code() {
    return CODE.orElseThrow();
  }
}
