package exacta.engine.grammar;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads texts of a grammar byte by byte. A state is the set of all ways in which what came so far
 * can be read; states and their transitions are remembered as they are met. Used by one thread at a
 * time. Spec: constrained.md#automaton.
 */
final class Automaton {
  /** Ways to read what came so far. */
  static final int WAYS_MAX = 256;

  /** Places with their callers that one byte may lead to, those that read none included. */
  static final int PLACES_MAX = 1 << 16;

  /** Arrays and objects that are open. */
  static final int LEVELS_MAX = 64;

  private static final int STATES_MAX = 2048;

  /**
   * Rules that are being read.
   *
   * @param place where the caller goes on
   * @param levels arrays and objects among these rules
   */
  private record Frame(int place, Optional<Frame> caller, int levels, int hash) {
    static Frame of(int place, Optional<Frame> caller, boolean opens) {
      int levels = caller.map(Frame::levels).orElse(0) + (opens ? 1 : 0);
      return new Frame(place, caller, levels, 31 * caller.hashCode() + place);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      return this == other
          || other instanceof Frame frame
              && hash == frame.hash
              && place == frame.place
              && levels == frame.levels
              && caller.equals(frame.caller);
    }
  }

  /** A place, and who called the rule that it is in; without a caller it is in the whole. */
  private record Way(int place, Optional<Frame> caller) {}

  /** What may come next. */
  final class State {
    private final Set<Way> ways;
    private final boolean accepting;
    private final State[] next = new State[256];
    private long[] tokens = {};

    private State(Set<Way> ways, boolean accepting) {
      this.ways = ways;
      this.accepting = accepting;
    }

    /** Whether the text may end here. */
    boolean isAccepting() {
      return accepting;
    }

    /** Whether no text goes on like this. */
    boolean isDead() {
      return ways.isEmpty() && !accepting;
    }

    State next(int value) {
      State known = next[value];
      if (known == null) {
        known = follow(this, value);
        next[value] = known;
      }
      return known;
    }

    /** What somebody noted about this state; empty if nothing. */
    long[] tokens() {
      return tokens;
    }

    void note(long[] newTokens) {
      tokens = newTokens;
    }
  }

  private final Grammar grammar;
  private final Map<Set<Way>, State> states = new HashMap<>();
  private final Map<Set<Way>, State> accepting = new HashMap<>();
  private final State dead = new State(Set.of(), false);

  Automaton(Grammar grammar) {
    this.grammar = grammar;
  }

  State start() {
    Closure closure = new Closure();
    closure.add(new Way(grammar.begin(0), Optional.empty()));
    return closure.state();
  }

  private State follow(State from, int value) {
    Closure closure = new Closure();
    for (Way way : from.ways) {
      if (((Instruction.Bytes) grammar.at(way.place())).set().has(value)) {
        closure.add(new Way(way.place() + 1, way.caller()));
      }
    }
    return closure.state();
  }

  /** All that can be reached without reading a byte. */
  private final class Closure {
    private final Set<Way> seen = new HashSet<>();
    private final Set<Way> reading = new HashSet<>();
    private boolean ends;

    void add(Way first) {
      Deque<Way> open = new ArrayDeque<>();
      open.add(first);
      while (!open.isEmpty()) {
        Way way = open.pop();
        if (!seen.add(way)) {
          continue;
        }
        if (isTooMuch()) {
          return;
        }
        switch (grammar.at(way.place())) {
          case Instruction.Bytes _ -> reading.add(way);
          case Instruction.Split split -> {
            for (int target : split.targets()) {
              open.push(new Way(target, way.caller()));
            }
          }
          case Instruction.Call call -> {
            Frame frame = Frame.of(way.place() + 1, way.caller(), call.opens());
            if (frame.levels() <= LEVELS_MAX) {
              open.push(new Way(grammar.begin(call.rule()), Optional.of(frame)));
            }
          }
          case Instruction.Return _ -> {
            ends |= way.caller().isEmpty();
            way.caller().ifPresent(frame -> open.push(new Way(frame.place(), frame.caller())));
          }
        }
      }
    }

    private boolean isTooMuch() {
      return reading.size() > WAYS_MAX || seen.size() > PLACES_MAX;
    }

    State state() {
      if (isTooMuch() || reading.isEmpty() && !ends) {
        return dead;
      }
      Map<Set<Way>, State> known = ends ? accepting : states;
      if (known.size() >= STATES_MAX) {
        known.clear(); // those in use live on; others are met anew
      }
      return known.computeIfAbsent(reading, ways -> new State(ways, ends));
    }
  }
}
