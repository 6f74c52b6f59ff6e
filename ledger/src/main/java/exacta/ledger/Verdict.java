package exacta.ledger;

import com.google.protobuf.Any;
import exacta.primitives.Digest32;
import exacta.protocol.TransactionAnswers;
import java.util.Optional;

/** What a rule says to a message. */
sealed interface Verdict {
  /** It took effect; the answer is empty if there is nothing to tell. */
  record Accepted(Optional<Any> answer) implements Verdict {}

  /** It may not take effect, and whatever it has written is forgotten. */
  record Refused(Refusal refusal, String log) implements Verdict {}

  static Verdict accepted() {
    return new Accepted(Optional.empty());
  }

  static Verdict opened(Digest32 session) {
    return new Accepted(Optional.of(TransactionAnswers.opened(session)));
  }

  static Verdict refused(Refusal refusal, String log) {
    return new Refused(refusal, log);
  }
}
