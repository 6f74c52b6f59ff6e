package exacta.host;

import exacta.engine.AnswerRequest;
import exacta.engine.Batcher;
import exacta.engine.Generation;

/** How a host answers: a port, so that tests and the demo can put a fraud here. */
@FunctionalInterface
public interface AnswerWork {
  /** With the model that was ordered, together with all other answers of the process. */
  static AnswerWork honest(Batcher batcher) {
    return batcher::begin;
  }

  /**
   * Prepares an answer, which is closed when it is over.
   *
   * @param owner who it is for; owners share the machine evenly
   * @throws exacta.engine.BusyException if there is no place for it
   */
  Generation begin(AnswerRequest request, Object owner);
}
