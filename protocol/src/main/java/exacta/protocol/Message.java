package exacta.protocol;

import com.google.protobuf.Any;
import exacta.crypto.Address;
import exacta.primitives.Amount;
import exacta.protocol.cosmos.bank.MsgMultiSend;
import exacta.protocol.cosmos.bank.MsgSend;
import exacta.protocol.cosmos.bank.Output;
import exacta.protocol.v1.MsgAnnounce;
import exacta.protocol.v1.MsgCloseSession;
import exacta.protocol.v1.MsgDepositCollateral;
import exacta.protocol.v1.MsgGrantOperator;
import exacta.protocol.v1.MsgListModel;
import exacta.protocol.v1.MsgOpenSession;
import exacta.protocol.v1.MsgReceiptAttest;
import exacta.protocol.v1.MsgReceiptCall;
import exacta.protocol.v1.MsgReceiptChallenge;
import exacta.protocol.v1.MsgRegisterHost;
import exacta.protocol.v1.MsgRegisterValidator;
import exacta.protocol.v1.MsgRevokeOperator;
import exacta.protocol.v1.MsgSettle;
import exacta.protocol.v1.MsgSprintAnswer;
import exacta.protocol.v1.MsgSprintAttest;
import exacta.protocol.v1.MsgSprintCall;
import exacta.protocol.v1.MsgSprintChallenge;
import exacta.protocol.v1.MsgSprintCommit;
import exacta.protocol.v1.MsgTopUpSession;
import exacta.protocol.v1.MsgVerdict;
import java.util.ArrayList;
import java.util.List;
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

  /** The name of its kind, under which it travels. */
  default String typeUrl() {
    return TypeUrls.of(body().getDescriptorForType());
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
      return Denomination.parseSum(body.getAmountList());
    }
  }

  /** Moves coins from one account to several. */
  record MultiSend(MsgMultiSend body) implements Message {
    public MultiSend {
      MessageShape.check(body);
    }

    @Override
    public String signerText() {
      return body.getInputs(0).getAddress();
    }

    /** Who gets what, in order; empty unless all sums are positive and the input is their sum. */
    public Optional<List<Share>> shares() {
      List<Share> shares = new ArrayList<>();
      Amount left = Denomination.parseSum(body.getInputs(0).getCoinsList()).orElse(Amount.ZERO);
      for (Output output : body.getOutputsList()) {
        Optional<Amount> amount = Denomination.parseSum(output.getCoinsList());
        if (amount.isEmpty() || amount.get().compareTo(left) > 0) {
          return Optional.empty();
        }
        left = left.minus(amount.get());
        shares.add(new Share(Address.ofText(output.getAddress()), amount.get()));
      }
      return left.isZero() ? Optional.of(shares) : Optional.empty();
    }

    /** What one recipient gets. */
    public record Share(Address recipient, Amount amount) {}
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

  /** Makes a host a validator. */
  record RegisterValidator(MsgRegisterValidator body) implements Message {
    public RegisterValidator {
      MessageShape.check(body);
    }

    @Override
    public String signerText() {
      return body.getHost();
    }
  }

  /** Lets another key do a host's duties. */
  record GrantOperator(MsgGrantOperator body) implements Message {
    public GrantOperator {
      MessageShape.check(body);
    }

    @Override
    public String signerText() {
      return body.getHost();
    }
  }

  /** Ends that. */
  record RevokeOperator(MsgRevokeOperator body) implements Message {
    public RevokeOperator {
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
