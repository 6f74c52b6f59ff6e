package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import exacta.protocol.Message;
import exacta.protocol.Wire;
import exacta.protocol.v1.Ask;
import exacta.protocol.v1.LaneCap;
import exacta.protocol.v1.MsgAnnounce;
import exacta.protocol.v1.MsgCloseSession;
import exacta.protocol.v1.MsgDepositCollateral;
import exacta.protocol.v1.MsgListModel;
import exacta.protocol.v1.MsgOpenSession;
import exacta.protocol.v1.MsgReceiptAttest;
import exacta.protocol.v1.MsgReceiptCall;
import exacta.protocol.v1.MsgSprintAttest;
import exacta.protocol.v1.MsgSprintCommit;
import exacta.protocol.v1.MsgVerdict;
import exacta.protocol.v1.NotShown;
import exacta.protocol.v1.SprintRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Streams of transactions that mean well or make no sense: nothing throws, all money adds up after
 * every block (the scenario sees to that), and the same stream gives the same state.
 */
class RandomStreamPropertyTest {
  private static final int BLOCKS = 400;
  private static final String[] PEOPLE = {
    "host0", "host1", "host2", "host3", "alice", "bob", "carol"
  };

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2})
  void givesTheSameStateTwice(long seed) {
    Scenario first = run(seed);
    Scenario second = run(seed);
    assertTrue(first.store.holdsTheSameAs(second.store), "seed " + seed);
    assertTrue(first.network().getEpoch() == 3, "seed " + seed);
  }

  private static Scenario run(long seed) {
    Scenario scenario = new Scenario();
    Random random = new Random(seed);
    Stream stream = new Stream(scenario, random);
    if (random.nextBoolean()) {
      stream.play.liars.add("host" + random.nextInt(4));
    }
    for (int block = 0; block < BLOCKS; block++) {
      scenario.stirs = random.nextInt(10) > 0;
      for (int i = random.nextInt(4); i > 0; i--) {
        stream.queue();
      }
      stream.play.advance();
    }
    return scenario;
  }

  private static final class Stream {
    private final Scenario scenario;
    private final Random random;
    final SprintPlay play;

    Stream(Scenario scenario, Random random) {
      this.scenario = scenario;
      this.random = random;
      this.play = new SprintPlay(scenario, 50);
    }

    private String someone() {
      return PEOPLE[random.nextInt(PEOPLE.length)];
    }

    private String address(String who) {
      return scenario.address(who).toString();
    }

    private ByteString digest() {
      byte[] bytes = new byte[32];
      random.nextBytes(bytes);
      return ByteString.copyFrom(bytes);
    }

    private long amount() {
      return 1 + (random.nextLong() >>> (1 + random.nextInt(60)));
    }

    void queue() {
      switch (random.nextInt(12)) {
        case 0 -> {
          byte[] noise = new byte[random.nextInt(200)];
          random.nextBytes(noise);
          scenario.queueBytes(noise);
        }
        case 1 -> {
          byte[] spoiled = scenario.transaction("alice", send("alice"));
          spoiled[random.nextInt(spoiled.length)] ^= (byte) (1 << random.nextInt(8));
          scenario.queueBytes(spoiled);
        }
        default -> {
          String who = someone();
          List<Message> messages = new ArrayList<>();
          for (int i = 1 + random.nextInt(2); i > 0; i--) {
            messages.add(message(who));
          }
          scenario.queue(who, messages.toArray(new Message[0]));
        }
      }
    }

    private Message send(String who) {
      return AccountTest.send(scenario, who, someone(), amount());
    }

    private Message message(String who) {
      long sprint = scenario.network().getSprint();
      return switch (random.nextInt(5)) {
        case 0, 1 -> send(who);
        case 2 -> sprint > 0 ? sprintMessage(who, sprint) : HostTest.register(scenario, who);
        case 3 -> hostMessage(who);
        default -> marketMessage(who);
      };
    }

    private Message hostMessage(String who) {
      return switch (random.nextInt(4)) {
        case 0 -> HostTest.register(scenario, who);
        case 1 ->
            new Message.Announce(
                MsgAnnounce.newBuilder()
                    .setHost(address(who))
                    .setUrl("http://127.0.0.1:1234")
                    .addAsks(
                        Ask.newBuilder()
                            .setModel(random.nextBoolean() ? digest() : Wire.bytes(Scenario.MODEL))
                            .setContextLength(7))
                    .build());
        case 2 ->
            new Message.ListModel(
                MsgListModel.newBuilder()
                    .setLister(address(who))
                    .setName("m" + random.nextInt(5))
                    .setRoot(digest())
                    .setCardBytes(amount())
                    .setWeightBytes(amount())
                    .setLeafCount(amount())
                    .build());
        default ->
            new Message.DepositCollateral(
                MsgDepositCollateral.newBuilder()
                    .setHost(address(who))
                    .setAmount(amount())
                    .build());
      };
    }

    private Message sprintMessage(String who, long newest) {
      long number = 1 + random.nextLong(newest + 1);
      String host = "host" + random.nextInt(4);
      if (number > newest || scenario.state().sprints.get(number).isEmpty()) {
        number = newest;
      }
      SprintRecord sprint = scenario.sprint(number);
      int item = random.nextInt(50);
      return switch (random.nextInt(5)) {
        case 0 ->
            new Message.SprintCommit(
                MsgSprintCommit.newBuilder()
                    .setHost(address(who))
                    .setSprint(number)
                    .setCount(random.nextLong(1L << 40))
                    .setRoot(digest())
                    .build());
        case 1 ->
            new Message.SprintAttest(
                MsgSprintAttest.newBuilder()
                    .setAuditor(address(who))
                    .setSprint(number)
                    .setHost(address(host))
                    .setAttestation(digest())
                    .build());
        case 2 -> play.call(who, sprint, host, item);
        case 3 ->
            who.startsWith("host") ? play.answer(sprint, who, item, (item + 1) % 50) : send(who);
        default -> play.challenge(who, sprint, host, item);
      };
    }

    private Message marketMessage(String who) {
      return switch (random.nextInt(5)) {
        case 0 ->
            new Message.OpenSession(
                MsgOpenSession.newBuilder()
                    .setDeveloper(address(who))
                    .setSessionKey(ByteString.copyFrom(scenario.key(who).publicKey().toBytes()))
                    .setLastEpoch(scenario.epoch() + random.nextInt(3))
                    .addLanes(
                        LaneCap.newBuilder()
                            .setHost(address(someone()))
                            .setAmount(1 + (amount() >>> 20)))
                    .build());
        case 1 ->
            new Message.CloseSession(
                MsgCloseSession.newBuilder()
                    .setDeveloper(address(who))
                    .setSession(digest())
                    .build());
        case 2 ->
            new Message.ReceiptAttest(
                MsgReceiptAttest.newBuilder()
                    .setAuditor(address(who))
                    .setEpoch(Math.max(0, scenario.epoch() - 1))
                    .setHost(address(someone()))
                    .setAttestation(digest())
                    .build());
        case 3 ->
            new Message.ReceiptCall(
                MsgReceiptCall.newBuilder()
                    .setCaller(address(who))
                    .setEpoch(Math.max(0, scenario.epoch() - 1))
                    .setHost(address(someone()))
                    .setSession(digest())
                    .setCoin(random.nextInt(100))
                    .build());
        default ->
            new Message.Verdict(
                MsgVerdict.newBuilder()
                    .setJuror(address(who))
                    .setDispute(random.nextInt(20))
                    .setNotShown(NotShown.getDefaultInstance())
                    .build());
      };
    }
  }
}
