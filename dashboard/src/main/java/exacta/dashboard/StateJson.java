package exacta.dashboard;

import exacta.protocol.v1.Ask;
import exacta.protocol.v1.ChainParameters;
import exacta.protocol.v1.ConvictionRecord;
import exacta.protocol.v1.HostRecord;
import exacta.protocol.v1.ModelRecord;
import exacta.protocol.v1.Payment;
import exacta.protocol.v1.QueryNetworkResponse;
import exacta.protocol.v1.Supply;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the page shows, as JSON: a pure function of what the chain and the gateway said. Amounts are
 * ngonka as decimal strings, since a browser's numbers end at 2^53. However large the network,
 * lists and texts are bounded, and a list that was cut says how long it was.
 */
final class StateJson {
  static final int HOSTS_MAX = 200;
  static final int REQUESTS_MAX = 50;
  static final int CONVICTIONS_MAX = 20;
  static final int MODELS_MAX = 50;
  static final int ASKS_MAX = 8;
  static final int TEXT_LENGTH_MAX = 200;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private StateJson() {}

  static ObjectNode of(Reading reading, List<RequestLine> feed) {
    ObjectNode state = NODES.objectNode();
    state.put("answers", reading.problem().isEmpty());
    reading.problem().ifPresent(problem -> state.put("problem", text(problem)));
    if (reading.readMillis() > 0 && reading.problem().isPresent()) {
      state.put("staleSinceMillis", reading.readMillis());
    }
    reading.snapshot().ifPresent(snapshot -> put(state, snapshot, feed));
    return state;
  }

  private static void put(ObjectNode state, ChainSnapshot chain, List<RequestLine> feed) {
    QueryNetworkResponse network = chain.network();
    ChainParameters parameters = chain.parameters();
    state.put("chain", chain.chainId());
    state.put("height", network.getHeight());
    state.put("timeMillis", network.getTimeMillis());
    state.put("intervalMillis", parameters.getBlockIntervalMillis());
    ObjectNode epoch = state.putObject("epoch");
    epoch.put("number", network.getEpoch());
    epoch.put("block", blockOfEpoch(network, parameters));
    epoch.put("blocks", parameters.getEpochBlocks());
    chain.sprint().ifPresent(s -> state.set("sprint", AuditJson.sprint(s)));
    if (!chain.audits().isEmpty()) {
      state.set(
          "settlement",
          AuditJson.settlement(chain.audits().getFirst(), parameters.getEpochBlocks()));
    }
    state.put("weight", network.getWeight());
    state.put("reputationMax", parameters.getReputationMax());
    state.put("hostCount", chain.hosts().size());
    state.set("hosts", hosts(chain));
    state.set("models", models(chain.models()));
    state.set("requests", requests(chain, feed));
    state.put("convictionCount", chain.convictions().size());
    state.set("convictions", convictions(chain.convictions()));
    chain.paid().ifPresent(paid -> state.set("paid", paid(paid)));
    state.set("supply", supply(network.getSupply()));
  }

  /** Epoch 0 begins with block 1, so its blocks are counted from 1 as well. */
  private static long blockOfEpoch(QueryNetworkResponse network, ChainParameters parameters) {
    long blocks = Math.max(1, parameters.getEpochBlocks());
    return network.getHeight() <= 0 ? 0 : (network.getHeight() - 1) % blocks + 1;
  }

  private static ArrayNode hosts(ChainSnapshot chain) {
    Set<String> convicted =
        chain.convictions().stream()
            .map(ConvictionRecord::getHost)
            .collect(Collectors.toCollection(TreeSet::new));
    ArrayNode hosts = NODES.arrayNode();
    chain.hosts().stream()
        .sorted(
            Comparator.comparingLong(HostRecord::getWeight)
                .reversed()
                .thenComparing(HostRecord::getAddress))
        .limit(HOSTS_MAX)
        .forEach(host -> hosts.add(host(host, convicted.contains(host.getAddress()))));
    return hosts;
  }

  private static ObjectNode host(HostRecord host, boolean convicted) {
    ObjectNode node = NODES.objectNode();
    node.put("address", text(host.getAddress()));
    node.put("url", text(host.getUrl()));
    // A convicted host may register anew; the page then shows both facts.
    node.put("registered", host.getRegistered());
    node.put("convicted", convicted);
    node.put("weight", host.getWeight());
    node.put("proven", host.getProvenCount());
    node.put("sprintReputation", host.getSprintReputation());
    node.put("receiptReputation", host.getReceiptReputation());
    node.put("deposit", amount(host.getDeposit()));
    node.put("collateral", amount(host.getCollateral()));
    node.put("earned", amount(host.getEarned()));
    ArrayNode asks = node.putArray("asks");
    for (Ask ask : first(host.getAsksList(), ASKS_MAX)) {
      ObjectNode offer = asks.addObject();
      offer.put("model", HexFormat.of().formatHex(ask.getModel().toByteArray()));
      offer.put("inputPrice", amount(ask.getInputPrice()));
      offer.put("outputPrice", amount(ask.getOutputPrice()));
      offer.put("context", Integer.toUnsignedLong(ask.getContextLength()));
    }
    return node;
  }

  private static ArrayNode models(List<ModelRecord> models) {
    ArrayNode list = NODES.arrayNode();
    for (ModelRecord model : first(models, MODELS_MAX)) {
      ObjectNode node = list.addObject();
      node.put("name", text(model.getName()));
      node.put("root", HexFormat.of().formatHex(model.getRoot().toByteArray()));
      node.put("bytes", model.getCardBytes() + model.getWeightBytes());
    }
    return list;
  }

  private static ArrayNode requests(ChainSnapshot chain, List<RequestLine> feed) {
    RequestAudits audits = new RequestAudits(chain.audits(), chain.disputes(), feed);
    ArrayNode list = NODES.arrayNode();
    for (RequestLine line : first(feed, REQUESTS_MAX)) {
      RequestAudits.Result result = audits.of(line);
      ObjectNode node = list.addObject();
      node.put("startedMillis", line.startedMillis());
      node.put("model", text(line.model()));
      node.put("host", text(line.host()));
      node.put("session", text(line.session()));
      node.put("order", line.order());
      node.put("promptTokens", line.promptTokens());
      node.put("answerTokens", line.answerTokens());
      node.put("cost", amount(line.cost().nanoCoins()));
      node.put("stage", result.stage().name().toLowerCase(Locale.ROOT));
      result.settledEpoch().ifPresent(epoch -> node.put("settledEpoch", epoch));
      node.put("samples", result.samples());
      result.auditors().forEach(node.putArray("auditors")::add);
      result.attested().forEach(node.putArray("attested")::add);
      result.dispute().ifPresent(dispute -> node.put("dispute", dispute));
    }
    return list;
  }

  private static ArrayNode convictions(List<ConvictionRecord> convictions) {
    ArrayNode list = NODES.arrayNode();
    convictions.stream()
        .sorted(Comparator.comparingLong(ConvictionRecord::getHeight).reversed())
        .limit(CONVICTIONS_MAX)
        .forEach(conviction -> {
          ObjectNode node = list.addObject();
          node.put("host", text(conviction.getHost()));
          node.put("kind", AuditJson.word(conviction.getKind(), "DISPUTE_KIND_"));
          node.put("height", conviction.getHeight());
          node.put("by", text(conviction.getBy()));
          node.put("slashed", amount(conviction.getSlashed()));
          node.put("epoch", conviction.getEpoch());
          node.put("sprint", conviction.getSprint());
        });
    return list;
  }

  /** An epoch's fees and emission, summed by role. */
  private static ObjectNode paid(ChainSnapshot.PaidEpoch paid) {
    ObjectNode node = NODES.objectNode();
    node.put("epoch", paid.epoch());
    node.set("fees", byRole(paid.payments().getFeesList()));
    node.set("emission", byRole(paid.payments().getEmissionList()));
    return node;
  }

  private static ObjectNode byRole(List<Payment> payments) {
    Map<String, Long> sums = new LinkedHashMap<>();
    for (String role : List.of("developer", "host", "auditor", "training", "community")) {
      sums.put(role, 0L);
    }
    for (Payment payment : payments) {
      sums.computeIfPresent(payment.getRole(), (role, sum) -> sum + payment.getAmount());
    }
    ObjectNode node = NODES.objectNode();
    sums.forEach((role, sum) -> node.put(role, Long.toString(sum)));
    return node;
  }

  private static ObjectNode supply(Supply supply) {
    ObjectNode node = NODES.objectNode();
    node.put("minted", amount(supply.getMinted()));
    node.put("burned", amount(supply.getBurned()));
    node.put("balances", amount(supply.getBalances()));
    node.put("deposits", amount(supply.getHostDeposits()));
    node.put("collateral", amount(supply.getCollateral()));
    node.put("sessions", amount(supply.getSessions()));
    node.put("held", amount(supply.getHeld()));
    node.put("disputes", amount(supply.getDisputes()));
    node.put("community", amount(supply.getCommunityFund()));
    node.put("training", amount(supply.getTrainingFund()));
    return node;
  }

  static String amount(long nanoCoins) {
    return Long.toUnsignedString(nanoCoins);
  }

  /** Strangers choose URLs and names: as long as they like, but not here. */
  static String text(String text) {
    return text.length() <= TEXT_LENGTH_MAX ? text : text.substring(0, TEXT_LENGTH_MAX - 1) + "…";
  }

  private static <T> List<T> first(List<T> list, int max) {
    return list.subList(0, Math.min(max, list.size()));
  }
}
