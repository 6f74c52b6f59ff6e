package exacta.acceptance;

import exacta.engine.Model;
import exacta.numerics.Kernels;
import exacta.numerics.Workers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How often the most likely next token is llama.cpp's: {@code Agreement FILE.gguf TEXT FORCED}, the
 * last being the program that {@code bench/llamacpp/build.sh} makes. Both engines get the same
 * tokens of a real text, in windows that start anew. Where llama.cpp's two best logits are nearly
 * equal, its own rounding decides, so these positions are counted apart. Exit code 1 if fewer than
 * 95 % of the others agree.
 */
public final class Agreement {
  private static final int WINDOW = 512;
  private static final int WINDOWS = 24;
  private static final double GAP_MIN = 0.05;
  private static final double SHARE_MIN = 0.95;
  private static final int POSITIONS_MIN = 10_000;

  private final int threads = Runtime.getRuntime().availableProcessors();
  private final Path file;
  private int clear;
  private int clearEqual;
  private int close;
  private int closeEqual;

  /**
   * What llama.cpp says of a position.
   *
   * @param gap of its two largest logits
   */
  private record Expected(int best, double gap) {}

  private Agreement(Path file) {
    this.file = file;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Agreement agreement = new Agreement(Path.of(arguments[0]));
    String text = Files.readString(Path.of(arguments[1]));
    System.exit(agreement.isEnough(text, arguments[2]) ? 0 : 1);
  }

  private boolean isEnough(String text, String forced) throws IOException, InterruptedException {
    try (Workers workers = new Workers(threads);
        Model model = Model.open(file, Kernels.vector(workers))) {
      int[] tokens = model.card().completionPrompt(text);
      List<int[]> windows = new ArrayList<>();
      for (int i = 0; i < WINDOWS && (i + 1) * WINDOW <= tokens.length; i++) {
        windows.add(Arrays.copyOfRange(tokens, i * WINDOW, (i + 1) * WINDOW));
      }
      List<Expected> expected = ask(forced, windows);
      int at = 0;
      for (int[] window : windows) {
        List<Expected> part = expected.subList(at, at + window.length);
        model.read(window, 0, (position, _, logits) -> compare(part.get(position), logits));
        at += window.length;
      }
    }
    double share = (double) clearEqual / clear;
    System.out.printf(
        "agreement: %d positions; most likely token equal in %.2f %% of the %d where llama.cpp's"
            + " two best logits differ by more than %.2f, and in %d of the other %d%n",
        clear + close, 100 * share, clear, GAP_MIN, closeEqual, close);
    return clear + close >= POSITIONS_MIN && share >= SHARE_MIN;
  }

  private void compare(Expected expected, float[] logits) {
    int best = 0;
    for (int token = 1; token < logits.length; token++) {
      if (logits[token] > logits[best]) {
        best = token;
      }
    }
    int equal = best == expected.best() ? 1 : 0;
    if (expected.gap() > GAP_MIN) {
      clear++;
      clearEqual += equal;
    } else {
      close++;
      closeEqual += equal;
    }
  }

  private List<Expected> ask(String forced, List<int[]> windows)
      throws IOException, InterruptedException {
    Path input = Files.createTempFile("exacta-windows", ".txt");
    try {
      try (PrintStream out = new PrintStream(Files.newOutputStream(input))) {
        for (int[] window : windows) {
          out.println(Arrays.toString(window).replaceAll("[\\[\\],]", ""));
        }
      }
      Process process =
          new ProcessBuilder(forced, file.toString(), Integer.toString(threads))
              .redirectInput(input.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      List<Expected> expected = new ArrayList<>();
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          String[] words = line.split(" ");
          expected.add(new Expected(Integer.parseInt(words[0]), Double.parseDouble(words[1])));
        }
      }
      int code = process.waitFor();
      if (code != 0
          || expected.size() != windows.stream().mapToInt(window -> window.length).sum()) {
        throw new IOException(forced + " ended with " + code + " after " + expected.size());
      }
      return expected;
    } finally {
      Files.delete(input);
    }
  }
}
