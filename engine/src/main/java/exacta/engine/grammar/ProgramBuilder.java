package exacta.engine.grammar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** Writes a grammar's program: whatever is emitted follows what was emitted before. */
final class ProgramBuilder {
  private static final int INSTRUCTIONS_MAX = 1 << 16;

  private final List<Instruction> program = new ArrayList<>();
  private final List<Integer> begins = new ArrayList<>();
  private final Deque<Runnable> pending = new ArrayDeque<>();

  /** A new rule, whose body is emitted later. */
  int rule(Runnable body) {
    int rule = begins.size();
    begins.add(-1);
    pending.add(() -> {
      begins.set(rule, program.size());
      body.run();
      emit(new Instruction.Return());
    });
    return rule;
  }

  Grammar build() {
    while (!pending.isEmpty()) {
      pending.remove().run();
    }
    return new Grammar(program, begins.stream().mapToInt(Integer::intValue).toArray());
  }

  private void emit(Instruction instruction) {
    if (program.size() == INSTRUCTIONS_MAX) {
      throw new IllegalArgumentException(
          "the schema is too large: its lists, bounds and names need more than "
              + INSTRUCTIONS_MAX
              + " steps");
    }
    program.add(instruction);
  }

  void bytes(ByteSet set) {
    emit(new Instruction.Bytes(set));
  }

  void literal(String text) {
    for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
      bytes(ByteSet.of(value & 0xff));
    }
  }

  void call(int rule) {
    emit(new Instruction.Call(rule, false));
  }

  /** Calls the rule of an array or object. */
  void open(int rule) {
    emit(new Instruction.Call(rule, true));
  }

  /** A place that is jumped to before it is known. */
  static final class Label {
    private final List<int[]> jumps = new ArrayList<>();
    private int place = -1;
  }

  /** Goes on at any of the labels. */
  void split(Label... labels) {
    int[] targets = new int[labels.length];
    for (int i = 0; i < labels.length; i++) {
      targets[i] = labels[i].place;
      if (targets[i] < 0) {
        labels[i].jumps.add(new int[] {program.size(), i});
      }
    }
    emit(new Instruction.Split(targets));
  }

  /** What is emitted next is at the label. */
  void place(Label label) {
    label.place = program.size();
    for (int[] jump : label.jumps) {
      ((Instruction.Split) program.get(jump[0])).targets()[jump[1]] = label.place;
    }
  }

  /** One of several. */
  void choice(List<Runnable> alternatives) {
    Label[] begins = new Label[alternatives.size()];
    Arrays.setAll(begins, i -> new Label());
    Label end = new Label();
    split(begins);
    for (int i = 0; i < begins.length; i++) {
      place(begins[i]);
      alternatives.get(i).run();
      split(end);
    }
    place(end);
  }

  /** One of several texts. What they have in common is read once: many texts are not many ways. */
  void oneOf(List<String> texts) {
    List<byte[]> sorted =
        texts.stream()
            .distinct()
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .sorted(Arrays::compareUnsigned)
            .toList();
    oneOf(sorted, 0);
  }

  /**
   * @param texts sorted, different, and equal in all bytes in front of the index
   */
  private void oneOf(List<byte[]> texts, int from) {
    byte[] first = texts.getFirst();
    byte[] last = texts.getLast();
    int at = from;
    while (at < first.length && at < last.length && first[at] == last[at]) {
      bytes(ByteSet.of(first[at++] & 0xff));
    }
    if (texts.size() == 1) {
      return;
    }
    List<Runnable> alternatives = new ArrayList<>();
    int split = at;
    int begin = 0;
    if (first.length == split) {
      alternatives.add(() -> {});
      begin = 1;
    }
    while (begin < texts.size()) {
      int end = begin + 1;
      while (end < texts.size() && texts.get(end)[split] == texts.get(begin)[split]) {
        end++;
      }
      List<byte[]> alike = texts.subList(begin, end);
      alternatives.add(() -> oneOf(alike, split));
      begin = end;
    }
    choice(alternatives);
  }

  void optional(Runnable body) {
    choice(List.of(body, () -> {}));
  }

  /** At least and at most so many; a maximum below the minimum means any number more. */
  void repeat(int min, int max, Runnable body) {
    for (int i = 0; i < min; i++) {
      body.run();
    }
    Label end = new Label();
    if (max < min) {
      Label again = new Label();
      Label more = new Label();
      place(again);
      split(more, end);
      place(more);
      body.run();
      split(again);
    }
    for (int i = min; i < max; i++) {
      Label more = new Label();
      split(more, end);
      place(more);
      body.run();
    }
    place(end);
  }
}
