package exacta.acceptance;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import exacta.consensus.AppState;
import exacta.consensus.abci.wire.Request;
import exacta.consensus.abci.wire.RequestCheckTx;
import exacta.consensus.abci.wire.RequestCommit;
import exacta.consensus.abci.wire.RequestFinalizeBlock;
import exacta.consensus.abci.wire.RequestInfo;
import exacta.consensus.abci.wire.RequestInitChain;
import exacta.consensus.abci.wire.RequestPrepareProposal;
import exacta.consensus.abci.wire.RequestProcessProposal;
import exacta.consensus.abci.wire.RequestQuery;
import exacta.consensus.abci.wire.Response;
import exacta.consensus.abci.wire.ResponseProcessProposal.ProposalStatus;
import exacta.consensus.abci.wire.ResponseQuery;
import exacta.crypto.Address;
import exacta.crypto.PrivateKey;
import exacta.primitives.Amount;
import exacta.protocol.Denomination;
import exacta.protocol.QueryPaths;
import exacta.protocol.cosmos.auth.BaseAccount;
import exacta.protocol.cosmos.auth.QueryAccountRequest;
import exacta.protocol.cosmos.auth.QueryAccountResponse;
import exacta.protocol.cosmos.bank.MsgSend;
import exacta.protocol.cosmos.bank.QueryBalanceRequest;
import exacta.protocol.cosmos.bank.QueryBalanceResponse;
import exacta.protocol.cosmos.tx.TxBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Speaks ABCI as CometBFT does, with what strangers could have put into it, and worse. */
final class FuzzAbci implements FuzzRun.Part {
  private static final int PIPELINE = 50;
  private static final int FRAMES = 30;
  private static final int BLOCK_TRANSACTIONS = 40;

  /** What the node answers when something inside it threw. */
  private static final String INTERNAL = "undefined";

  private final Path socket;
  private final Random random;
  private final Mutation mutation;
  private final FuzzMessages messages;
  private final FuzzRun.Faults faults;
  private final long[] sequences = new long[FuzzWorld.PEOPLE.size()];
  private long height;
  private AbciPeer peer;

  FuzzAbci(Path socket, long seed, FuzzRun.Faults faults) throws IOException {
    this.socket = socket;
    this.random = new Random(seed);
    this.mutation = new Mutation(random);
    this.messages = new FuzzMessages(random);
    this.faults = faults;
    this.peer = new AbciPeer(socket);
    Request begin =
        Request.newBuilder()
            .setInitChain(
                RequestInitChain.newBuilder()
                    .setChainId(FuzzWorld.CHAIN)
                    .setTime(time(FuzzWorld.GENESIS_MILLIS))
                    .setInitialHeight(1)
                    .setAppStateBytes(
                        ByteString.copyFromUtf8(AppState.toJson(FuzzWorld.genesis()).toString())))
            .build();
    if (!peer.call(begin).hasInitChain()) {
      throw new IOException("the ledger did not begin");
    }
    // While there is no block a damaged genesis may end the process; then it may not any more.
    block(List.of());
  }

  private static Timestamp time(long millis) {
    return Timestamp.newBuilder()
        .setSeconds(millis / 1000)
        .setNanos((int) (millis % 1000) * 1_000_000)
        .build();
  }

  @Override
  public int round() throws IOException {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < 8 * PIPELINE; i++) {
      requests.add(random.nextInt(3) == 0 ? query() : check(transaction()));
      if (requests.size() == PIPELINE) {
        peer.call(requests).forEach(this::look);
        requests.clear();
      }
    }
    for (int i = 0; i < PIPELINE; i++) {
      look(peer.call(proposal()));
    }
    for (int i = 0; i < FRAMES; i++) {
      frame();
    }
    List<byte[]> transactions = new ArrayList<>();
    for (int i = 0; i < BLOCK_TRANSACTIONS; i++) {
      transactions.add(transaction());
    }
    block(transactions);
    return 8 * PIPELINE + PIPELINE + FRAMES + BLOCK_TRANSACTIONS;
  }

  /** A transaction that is damaged or, every fourth time, only makes no sense. */
  private byte[] transaction() {
    byte[] valid = messages.transaction(sequences);
    return random.nextInt(4) == 0
        ? valid
        : mutation.ofBytes(valid, random.nextBoolean() ? valid : messages.question());
  }

  private static Request check(byte[] transaction) {
    return Request.newBuilder()
        .setCheckTx(RequestCheckTx.newBuilder().setTx(ByteString.copyFrom(transaction)))
        .build();
  }

  private Request query() {
    byte[] data = random.nextBoolean() ? messages.question() : transaction();
    if (random.nextBoolean()) {
      data = mutation.ofBytes(data, messages.question());
    }
    ByteString path = ByteString.copyFromUtf8(messages.path());
    if (random.nextInt(8) == 0) {
      path = ByteString.copyFrom(mutation.ofText(path.toByteArray(), data));
    }
    RequestQuery.Builder query =
        RequestQuery.newBuilder().setPath(path).setData(ByteString.copyFrom(data));
    if (random.nextInt(8) == 0) {
      query.setHeight(random.nextLong());
    }
    return Request.newBuilder().setQuery(query.setProve(random.nextInt(4) == 0)).build();
  }

  private Request proposal() {
    List<ByteString> transactions = new ArrayList<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      transactions.add(ByteString.copyFrom(transaction()));
    }
    if (random.nextBoolean()) {
      return Request.newBuilder()
          .setPrepareProposal(
              RequestPrepareProposal.newBuilder()
                  .addAllTxs(transactions)
                  .setMaxTxBytes(random.nextInt(100_000)))
          .build();
    }
    if (random.nextInt(4) == 0) {
      transactions.add(0, ByteString.copyFrom(FuzzWorld.link(1 + random.nextInt(3))));
    }
    return Request.newBuilder()
        .setProcessProposal(RequestProcessProposal.newBuilder().addAllTxs(transactions))
        .build();
  }

  /** An answer must be there, of the right kind, and not say that something threw. */
  private void look(Response response) {
    switch (response.getValueCase()) {
      case CHECK_TX -> {
        if (response.getCheckTx().getCodespace().equals(INTERNAL)) {
          faults.found("CheckTx failed inside: " + response.getCheckTx().getLog());
        }
      }
      case QUERY -> {
        if (response.getQuery().getCodespace().equals(INTERNAL)) {
          faults.found("Query failed inside: " + response.getQuery().getLog());
        }
      }
      case PROCESS_PROPOSAL -> {
        if (response.getProcessProposal().getStatus() == ProposalStatus.UNKNOWN) {
          faults.found("ProcessProposal has no verdict");
        }
      }
      case PREPARE_PROPOSAL -> {}
      default -> faults.found("an answer of kind " + response.getValueCase());
    }
  }

  /** Damage of frames: whatever comes, the connection ends at the latest when we end it. */
  private void frame() throws IOException {
    byte[] frame = framed(request());
    byte[] damaged = random.nextInt(10) == 0 ? frame : mutation.ofBytes(frame, transaction());
    try (AbciPeer other = new AbciPeer(socket)) {
      other.sendAndEnd(damaged);
    }
  }

  /** Of every kind, with something in most fields. */
  private Request request() {
    try {
      Request filled =
          Request.parseFrom(messages.filled(Request.getDescriptor(), 0).toByteString());
      // A block that is the next one would be made, and a genesis is not a stranger's.
      boolean isOurs = filled.hasFinalizeBlock() || filled.hasCommit() || filled.hasInitChain();
      return switch (random.nextInt(4)) {
        case 0 -> query();
        case 1 -> check(transaction());
        default -> isOurs ? proposal() : filled;
      };
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("what the schema filled is a request", e);
    }
  }

  private static byte[] framed(Request request) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    request.writeDelimitedTo(out);
    return out.toByteArray();
  }

  private void block(List<byte[]> transactions) throws IOException {
    // Others may have driven blocks since; the newest connection is the one that may.
    peer.close();
    peer = new AbciPeer(socket);
    height++;
    RequestFinalizeBlock.Builder block =
        RequestFinalizeBlock.newBuilder()
            .setHeight(height)
            .setTime(time(FuzzWorld.GENESIS_MILLIS + 500 * height));
    transactions.forEach(each -> block.addTxs(ByteString.copyFrom(each)));
    Response finalized = peer.call(Request.newBuilder().setFinalizeBlock(block).build());
    if (finalized.getFinalizeBlock().getTxResultsCount() != transactions.size()) {
      faults.found("block " + height + " was not made: " + finalized.getException().getError());
      return;
    }
    peer.call(Request.newBuilder().setCommit(RequestCommit.getDefaultInstance()).build());
    for (int i = 0; i < sequences.length; i++) {
      sequences[i] = sequence(FuzzWorld.PEOPLE.get(i));
    }
  }

  private ResponseQuery ask(String path, ByteString data) throws IOException {
    RequestQuery query =
        RequestQuery.newBuilder().setPath(ByteString.copyFromUtf8(path)).setData(data).build();
    return peer.call(Request.newBuilder().setQuery(query).build()).getQuery();
  }

  private long sequence(PrivateKey key) throws IOException {
    ByteString data =
        QueryAccountRequest.newBuilder()
            .setAddress(key.address().toString())
            .build()
            .toByteString();
    Any account =
        QueryAccountResponse.parseFrom(ask(QueryPaths.ACCOUNT, data).getValue()).getAccount();
    return BaseAccount.parseFrom(account.getValue()).getSequence();
  }

  @Override
  public void probe() throws IOException {
    long seen =
        peer.call(Request.newBuilder().setInfo(RequestInfo.getDefaultInstance()).build())
            .getInfo()
            .getLastBlockHeight();
    faults.require(seen == height, "the ledger is at height " + seen + ", not " + height);
    ByteString data =
        QueryBalanceRequest.newBuilder()
            .setAddress(FuzzWorld.UNTOUCHED.toString())
            .setDenom(Denomination.NAME)
            .build()
            .toByteString();
    ResponseQuery balance = ask(QueryPaths.BALANCE, data);
    String amount = QueryBalanceResponse.parseFrom(balance.getValue()).getBalance().getAmount();
    faults.require(
        amount.equals(Long.toString(FuzzWorld.UNTOUCHED_BALANCE)),
        "a good query is answered with " + amount + " " + balance.getLog());
    Response check = peer.call(check(transfer(0)));
    faults.require(
        check.getCheckTx().getCode() == 0,
        "a good transaction is checked with " + check.getCheckTx().getLog());
  }

  /** A good one, of somebody who sends nothing else. */
  static byte[] transfer(long sequence) {
    Address to = FuzzWorld.PEOPLE.getFirst().address();
    MsgSend send =
        MsgSend.newBuilder()
            .setFromAddress(FuzzWorld.PROBER.address().toString())
            .setToAddress(to.toString())
            .addAmount(Denomination.of(Amount.ofNano(1)))
            .build();
    Any message =
        Any.newBuilder()
            .setTypeUrl("/" + MsgSend.getDescriptor().getFullName())
            .setValue(send.toByteString())
            .build();
    return FuzzMessages.signed(
        TxBody.newBuilder().addMessages(message).build(),
        FuzzWorld.PROBER,
        FuzzWorld.PROBER_NUMBER,
        sequence);
  }

  @Override
  public void close() throws IOException {
    peer.close();
  }
}
