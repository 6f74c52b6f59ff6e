package exacta.host;

import exacta.protocol.v1.Refusal;

/** The expected answer to what a stranger should not have sent. */
record Refused(RefusalCode code, String reason)
    implements OrderVerifier.Verdict, OrderVerifier.Origin, LaneBook.Admission {

  Refusal message() {
    return Refusal.newBuilder().setCode(code.word()).setMessage(reason).build();
  }
}
