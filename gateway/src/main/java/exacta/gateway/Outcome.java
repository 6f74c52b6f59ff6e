package exacta.gateway;

import java.util.List;

/** What came of buying an answer. */
sealed interface Outcome {
  /** How an answer ended. */
  enum Finish {
    STOP,
    LENGTH
  }

  /** The parts of the answer, in order, however it ended. */
  List<Leg> legs();

  /** How many tokens the answer has. */
  int tokenCount();

  /** The whole answer was bought. */
  record Answered(Finish finish, int tokenCount, List<Leg> legs) implements Outcome {}

  /** The model has no next token here, on any host: a number that is not finite. */
  record ModelFailed(int tokenCount, List<Leg> legs) implements Outcome {}

  /** Nobody is left who could go on; the reason is for clients. */
  record NobodyLeft(String reason, int tokenCount, List<Leg> legs) implements Outcome {}

  /** The client went away. */
  record Abandoned(int tokenCount, List<Leg> legs) implements Outcome {}
}
