package exacta.host;

import exacta.engine.AnswerRequest;
import exacta.engine.Generation;
import exacta.engine.Model;

/** How a host answers: a port, so that tests and the demo can put a fraud here. */
@FunctionalInterface
public interface AnswerWork {
  /** With the model that was ordered. */
  static AnswerWork honest(Model model) {
    return request -> Generation.begin(model, request);
  }

  Generation begin(AnswerRequest request);
}
