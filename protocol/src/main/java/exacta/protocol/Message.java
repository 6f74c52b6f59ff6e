package exacta.protocol;

import com.google.protobuf.Any;
import exacta.crypto.Address;
import exacta.primitives.Amount;
import exacta.protocol.cosmos.bank.MsgSend;
import exacta.protocol.v1.MsgAnnounce;
import exacta.protocol.v1.MsgCloseSession;
import exacta.protocol.v1.MsgDepositCollateral;
import exacta.protocol.v1.MsgListModel;
import exacta.protocol.v1.MsgOpenSession;
import exacta.protocol.v1.MsgReceiptAttest;
import exacta.protocol.v1.MsgReceiptCall;
import exacta.protocol.v1.MsgReceiptChallenge;
import exacta.protocol.v1.MsgRegisterHost;
import exacta.protocol.v1.MsgSettle;
import exacta.protocol.v1.MsgSprintAnswer;
import exacta.protocol.v1.MsgSprintAttest;
import exacta.protocol.v1.MsgSprintCall;
import exacta.protocol.v1.MsgSprintChallenge;
import exacta.protocol.v1.MsgSprintCommit;
import exacta.protocol.v1.MsgTopUpSession;
import exacta.protocol.v1.MsgVerdict;
import java.util.Optional;

/**
 * What a transaction does. Each record holds the message as the schema has it, and is well-formed:
 * addresses are addresses, digests have 32 bytes, integers are below 2^63, lists within their
 * bounds; a constructor throws {@link IllegalArgumentException} that names the field for anything
 * else. Whether it may be done, the ledger knows. Spec: transactions.md#messages.
 */
public sealed interface Message {
  /** The message in its schema. */
  com.google.protobuf.Message body();

  /** The first field, which names the account that must sign. */
  String signerText();

  default Address signer() {
    return Address.ofText(signerText());
  }

  /** As it stands in a transaction. */
  default Any toAny() {
    return TypeUrls.pack(body());
  }

  /**
   * The message in a transaction's field; empty if it is of no known kind, not well-formed, not in
   * its canonical encoding, or has unknown fields.
   */
  static Optional<Message> decode(Any any) {
    try {
      return Optional.of(MessageKinds.decode(any));
    } catch (MalformedException e) {
      return Optional.empty();
    }
  }

  /** Moves coins from one account to another. */
  record Send(MsgSend body) implements Message {
    public Send {
      MessageShape.check(body);
    }

    @Override
    public String signerText() {
      return body.getFromAddress();
    }

    public Address recipient() {
      return Address.ofText(body.getToAddress());
    }

    /** What is moved; empty unless it is exactly one sum of our coin, and not zero. */
    public Optional<Amount> amount() {
      return body.getAmountCount() == 1
          ? Denomination.parse(body.getAmount(0)).filter(amount -> !amount.isZero())
          : Optional.empty();
    }
  }

  /** Registers a host, against a deposit. */
  record RegisterHost(MsgRegisterHost body) implements Message {
    public RegisterHost {
      MessageShape.check(body);
    }

    @Override
    public String signerText() {
      return body.getHost();
    }
  }

  /** Replaces what a host announces. */
  record Announce(MsgAnnounce body) implements Message {
    public Announce {
      MessageShape.check(body);
    }

    @Override
    public String signerText() {
      return body.getHost();
    }
  }

  /** Lists a model. */
  record ListModel(MsgListModel body) implements Message {
    public ListModel {
      MessageShape.check(body);
    }

    @Override
    public String signerText() {
      return body.getLister();
    }
  }

  /** Adds to a host's collateral. */
  record DepositCollateral(MsgDepositCollateral body) implements Message {
    public DepositCollateral {
      MessageShape.check(body);
    }

    @Override
    public String signerText() {
      return body.getHost();
    }
  }

  /** Commits to the nonces of a Sprint. */
  record SprintCommit(MsgSprintCommit body) implements Message {
    public SprintCommit {
      MessageShape.check(body);
    }

    @Override
    public String signerText() {
      return body.getHost();
    }
  }

  /** Attests a Sprint's samples. */
  record SprintAttest(MsgSprintAttest body) implements Message {
    public SprintAttest {
      MessageShape.check(body);
    }

    @Override
    public String signerText() {
      return body.getAuditor();
    }
  }

  /** Demands that leaves be opened on the chain. */
  record SprintCall(MsgSprintCall body) implements Message {
    public SprintCall {
      MessageShape.check(body);
    }

    @Override
    public String signerText() {
      return body.getCaller();
    }
  }

  /** Opens the leaves that were called for. */
  record SprintAnswer(MsgSprintAnswer body) implements Message {
    public SprintAnswer {
      MessageShape.check(body);
    }

    @Override
    public String signerText() {
      return body.getHost();
    }
  }

  /** Claims that a leaf is wrong. */
  record SprintChallenge(MsgSprintChallenge body) implements Message {
    public SprintChallenge {
      MessageShape.check(body);
    }

    @Override
    public String signerText() {
      return body.getChallenger();
    }
  }

  /** Opens a session with its lanes. */
  record OpenSession(MsgOpenSession body) implements Message {
    public OpenSession {
      MessageShape.check(body);
    }

    @Override
    public String signerText() {
      return body.getDeveloper();
    }
  }

  /** Adds to lanes, or adds lanes. */
  record TopUpSession(MsgTopUpSession body) implements Message {
    public TopUpSession {
      MessageShape.check(body);
    }

    @Override
    public String signerText() {
      return body.getDeveloper();
    }
  }

  /** Ends a session. */
  record CloseSession(MsgCloseSession body) implements Message {
    public CloseSession {
      MessageShape.check(body);
    }

    @Override
    public String signerText() {
      return body.getDeveloper();
    }
  }

  /** Settles a lane. */
  record Settle(MsgSettle body) implements Message {
    public Settle {
      MessageShape.check(body);
    }

    @Override
    public String signerText() {
      return body.getHost();
    }
  }

  /** Attests the sampled receipts of a settlement. */
  record ReceiptAttest(MsgReceiptAttest body) implements Message {
    public ReceiptAttest {
      MessageShape.check(body);
    }

    @Override
    public String signerText() {
      return body.getAuditor();
    }
  }

  /** Says that a sampled receipt was not shown. */
  record ReceiptCall(MsgReceiptCall body) implements Message {
    public ReceiptCall {
      MessageShape.check(body);
    }

    @Override
    public String signerText() {
      return body.getCaller();
    }
  }

  /** Claims that a receipt is wrong. */
  record ReceiptChallenge(MsgReceiptChallenge body) implements Message {
    public ReceiptChallenge {
      MessageShape.check(body);
    }

    @Override
    public String signerText() {
      return body.getChallenger();
    }
  }

  /** A juror's vote in a dispute. */
  record Verdict(MsgVerdict body) implements Message {
    public Verdict {
      MessageShape.check(body);
    }

    @Override
    public String signerText() {
      return body.getJuror();
    }
  }
}
