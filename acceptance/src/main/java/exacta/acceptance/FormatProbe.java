package exacta.acceptance;

import exacta.numerics.Kernels;
import exacta.numerics.WeightFormat;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Tells a script what blocks of weights stand for: lines of a format and bytes in hexadecimal, each
 * answered by the bits of the weights as f32, 8 digits each.
 */
public final class FormatProbe {
  private FormatProbe() {}

  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        int blank = line.indexOf(' ');
        WeightFormat format = WeightFormat.valueOf(line.substring(0, blank));
        out.println(weights(format, HexFormat.of().parseHex(line, blank + 1, line.length())));
      }
    }
  }

  private static String weights(WeightFormat format, byte[] data) {
    Kernels kernels = Kernels.scalar();
    float[] values = new float[data.length / format.blockBytes() * format.blockElements()];
    kernels.decodeRow(
        kernels.load("", format, 1, values.length, MemorySegment.ofArray(data)), 0, values, 0);
    StringBuilder digits = new StringBuilder(8 * values.length);
    for (float value : values) {
      digits.append(HexFormat.of().toHexDigits(Float.floatToRawIntBits(value)));
    }
    return digits.toString();
  }
}
