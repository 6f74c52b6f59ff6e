package exacta.consensus.abci;

import exacta.consensus.Application;
import exacta.consensus.abci.wire.Request;
import exacta.ledger.Block;
import exacta.ledger.BlockResult;
import exacta.ledger.QueryResult;
import exacta.ledger.StateMachine;
import exacta.ledger.StateStore;
import exacta.ledger.StateView;
import exacta.ledger.TxResult;
import exacta.ledger.ValidatorPower;
import exacta.primitives.Amount;
import exacta.primitives.Check;
import exacta.primitives.ExactaException;
import exacta.protocol.v1.Genesis;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A ledger in a process of its own, which ends as by kill -9 at a point of its last block. */
final class KilledLedger {
  /** Where it ends. */
  enum Point {
    /** The block is computed, and nobody was told. */
    APPLIED,
    /** FinalizeBlock was answered. */
    FINALIZED,
    /** Somewhere in Commit, so many microseconds after it began. */
    COMMITTING,
    /** Commit was answered. */
    COMMITTED,
    /** Where no more bytes fit: no file may grow beyond some, as if the disk were full. */
    FULL
  }

  /** Of a process that stopped because a block failed, and said why. */
  static final int STOPPED = 3;

  /** Of one that was ended at its point. */
  static final int HALTED = 9;

  private KilledLedger() {}

  /** Arguments: folder, point, the block of the point, microseconds. */
  public static void main(String[] arguments)
      throws AbciException, IOException, InterruptedException {
    Point point = Point.valueOf(arguments[1]);
    long last = Long.parseLong(arguments[2]);
    long micros = Long.parseLong(arguments[3]);
    Application application =
        new Application(
            new Halting(Money.APPLICATION.machine(), point == Point.APPLIED ? last : -1),
            Money.APPLICATION.signers());
    try (LedgerNode node = LedgerNode.open(Path.of(arguments[0]), application, new Money.Links())) {
      if (node.head().isEmpty()) {
        node.answer(1, Calls.initChain());
      }
      if (point == Point.FULL) {
        limitFiles();
      }
      for (long height = node.head().orElseThrow().height().value() + 1; ; height++) {
        node.answer(1, block(height));
        boolean isLast = height == last;
        halt(isLast && point == Point.FINALIZED);
        if (isLast && point == Point.COMMITTING) {
          Thread.ofPlatform()
              .start(() -> {
                LockSupport.parkNanos(micros * 1000);
                halt(true);
              });
        }
        node.answer(1, Calls.commit());
        halt(isLast && point == Point.COMMITTED);
        if (isLast) {
          LockSupport.park();
        }
      }
    } catch (ExactaException e) {
      System.out.println(e.category() + " " + e.getMessage());
      System.exit(STOPPED);
    }
  }

  /** Only now: the libraries that the process unpacks at its start are larger. */
  private static void limitFiles() throws IOException, InterruptedException {
    String pid = Long.toString(ProcessHandle.current().pid());
    int status =
        new ProcessBuilder("prlimit", "--pid", pid, "--fsize=131072:131072")
            .inheritIO()
            .start()
            .waitFor();
    Check.that(status == 0, "a process may lower its own limits");
  }

  /** The same block for this height, whoever makes it. */
  static Request block(long height) {
    List<byte[]> transactions =
        List.of(Money.link(height), Money.transfer(height - 1, Amount.ofNano(height)));
    return Calls.finalizeBlock(height, transactions);
  }

  private static void halt(boolean now) {
    if (now) {
      Runtime.getRuntime().halt(HALTED);
    }
  }

  /** Does as another, and ends the process with a block. */
  private record Halting(StateMachine machine, long height) implements StateMachine {
    @Override
    public void initialize(StateStore store, Genesis genesis) {
      machine.initialize(store, genesis);
    }

    @Override
    public List<ValidatorPower> validators(StateView state) {
      return machine.validators(state);
    }

    @Override
    public TxResult check(StateView state, byte[] transaction, int pending) {
      return machine.check(state, transaction, pending);
    }

    @Override
    public boolean isDuty(StateView state, byte[] transaction) {
      return machine.isDuty(state, transaction);
    }

    @Override
    public BlockResult apply(StateStore store, Block block) {
      BlockResult result = machine.apply(store, block);
      halt(block.height().value() == height);
      return result;
    }

    @Override
    public QueryResult query(StateView state, String path, byte[] data) {
      return machine.query(state, path, data);
    }
  }
}
