package exacta.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** One step of several answers. Used by one thread. */
final class Batch {
  private final TransformerPass pass;
  private final StepBudget budget = new StepBudget();

  private final LongSupplier nanoseconds;

  /** Rows that a step may have with drafts. */
  private final int rowsWithDrafts;

  /** Steps so far; it may wrap. */
  private int turn;

  private volatile long draftsRight;

  Batch(Model model, LongSupplier nanoseconds) {
    this.nanoseconds = nanoseconds;
    rowsWithDrafts = model.rowsTogether();
    pass = new TransformerPass(model.weights(), model.kernels());
  }

  /** An answer's part of the pass. */
  private record Seat(SharedGeneration generation, TransformerPass.Part part) {
    static Seat of(SharedGeneration generation, int positions, int draftsMax) {
      PagePool.Lease lease = generation.lease();
      TransformerPass.Part part = generation.sequence().part(lease.cache(), positions, draftsMax);
      lease.reserve(part.first() + part.count());
      return new Seat(generation, part);
    }
  }

  /** Tokens that came of drafts so far. */
  long draftsRight() {
    return draftsRight;
  }

  void compute(List<SharedGeneration> ready) {
    for (SharedGeneration generation : ready) {
      adopt(generation);
    }
    List<Seat> seats = seats(ready);
    if (seats.isEmpty()) {
      return;
    }
    long start = nanoseconds.getAsLong();
    int[] finite = pass.forward(seats.stream().map(Seat::part).toList());
    deliver(seats, finite);
    int rows = seats.stream().mapToInt(seat -> seat.part().count()).sum();
    budget.took(rows, nanoseconds.getAsLong() - start);
  }

  /** Another answer may have read the same beginning in the meantime. */
  private static void adopt(SharedGeneration generation) {
    AnswerSequence sequence = generation.sequence();
    if (sequence.isReading()) {
      sequence.skipTo(generation.lease().adopt(sequence.tokens(), sequence.count()));
    }
  }

  private List<Seat> seats(List<SharedGeneration> ready) {
    List<BatchPlan.Wish> wishes = new ArrayList<>();
    int decoders = 0;
    for (SharedGeneration generation : ready) {
      int wanted = generation.sequence().wanted();
      wishes.add(new BatchPlan.Wish(generation.owner(), wanted));
      decoders += wanted == 1 ? 1 : 0;
    }
    int[] granted = BatchPlan.of(wishes, budget.rows(decoders), turn++);
    // Only single tokens leave room for drafts, not a part of a prompt.
    int rows = Math.max(1, IntStream.of(granted).sum());
    int draftsMax = Math.max(0, rowsWithDrafts / rows - 1);
    List<Seat> seats = new ArrayList<>();
    for (int i = 0; i < granted.length; i++) {
      if (granted[i] > 0) {
        seats.add(Seat.of(ready.get(i), granted[i], draftsMax));
      }
    }
    return seats;
  }

  private void deliver(List<Seat> seats, int[] finite) {
    List<Seat> readable = new ArrayList<>();
    IntStream.Builder rows = IntStream.builder();
    int row = 0;
    for (int i = 0; i < finite.length; i++) {
      SharedGeneration generation = seats.get(i).generation();
      AnswerSequence sequence = generation.sequence();
      TransformerPass.Part part = seats.get(i).part();
      sequence.take(part, finite[i]).ifPresent(generation::deliver);
      if (sequence.isReadable()) {
        readable.add(seats.get(i));
        IntStream.range(row, row + part.read()).forEach(rows);
      }
      row += part.read();
    }
    if (!readable.isEmpty()) {
      TransformerPass.Readout readout = pass.read(rows.build().toArray());
      int at = 0;
      for (Seat seat : readable) {
        SharedGeneration generation = seat.generation();
        draftsRight += generation.sequence().produce(readout, at, generation::deliver);
        at += seat.part().read();
      }
    }
    for (Seat seat : seats) {
      AnswerSequence sequence = seat.generation().sequence();
      seat.generation().lease().computed(sequence.tokens(), sequence.computed());
    }
  }
}
