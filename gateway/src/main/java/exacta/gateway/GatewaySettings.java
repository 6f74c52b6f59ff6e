package exacta.gateway;

import exacta.primitives.Amount;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a gateway is told. Spec: gateway.md#settings.
 *
 * @param host the address that it listens on
 * @param port the port, 0 for any free one
 * @param portSetting how an operator sets the port, for messages
 * @param home the folder of its keys and books; no other process may use it
 * @param apiKeys the keys that clients may show; none: nobody gets in
 * @param laneFund what a lane holds after it was filled up
 * @param sessionEpochs how many epochs a session lasts
 * @param firstTokenMax how long a host may take until its first token
 * @param nextTokenMax how long a host may be silent after it
 * @param answerTokensDefault the limit of an answer for which the client names none
 * @param requestsMax how many requests run at a time; the next are told to come back
 */
public record GatewaySettings(
    String host,
    int port,
    String portSetting,
    Path home,
    List<String> apiKeys,
    Amount laneFund,
    int sessionEpochs,
    Duration firstTokenMax,
    Duration nextTokenMax,
    int answerTokensDefault,
    int requestsMax) {
  private static final int API_KEY_CHARACTERS_MIN = 16;

  public GatewaySettings {
    apiKeys = List.copyOf(apiKeys);
    require(port >= 0 && port <= 65_535, "a port is a number up to 65535");
    require(
        apiKeys.stream().allMatch(key -> key.length() >= API_KEY_CHARACTERS_MIN),
        "an API key has at least " + API_KEY_CHARACTERS_MIN + " characters");
    require(!laneFund.isZero(), "a lane holds more than nothing");
    require(sessionEpochs > SessionKeeper.EPOCHS_LEFT_MIN, "a session lasts some epochs");
    require(
        firstTokenMax.isPositive() && nextTokenMax.isPositive(), "a host's time is more than none");
    require(answerTokensDefault > 0 && requestsMax > 0, "limits are at least 1");
  }

  /** On this machine only, with defaults for all else. */
  public static GatewaySettings onLoopback(int port, Path home, List<String> apiKeys) {
    return new GatewaySettings(
        "127.0.0.1",
        port,
        "--gateway-port",
        home,
        apiKeys,
        Amount.ofCoins(10),
        120,
        Duration.ofMinutes(2),
        Duration.ofSeconds(20),
        1024,
        256);
  }

  /** The same with another amount in each lane. */
  public GatewaySettings withLaneFund(Amount fund) {
    return new GatewaySettings(
        host,
        port,
        portSetting,
        home,
        apiKeys,
        fund,
        sessionEpochs,
        firstTokenMax,
        nextTokenMax,
        answerTokensDefault,
        requestsMax);
  }

  /** The same, where the operator sets the port by another name. */
  public GatewaySettings withPortSetting(String name) {
    return new GatewaySettings(
        host,
        port,
        name,
        home,
        apiKeys,
        laneFund,
        sessionEpochs,
        firstTokenMax,
        nextTokenMax,
        answerTokensDefault,
        requestsMax);
  }

  /** The same on another address. */
  public GatewaySettings withHost(String address) {
    return new GatewaySettings(
        address,
        port,
        portSetting,
        home,
        apiKeys,
        laneFund,
        sessionEpochs,
        firstTokenMax,
        nextTokenMax,
        answerTokensDefault,
        requestsMax);
  }

  private static void require(boolean condition, String rule) {
    if (!condition) {
      throw new IllegalArgumentException(rule);
    }
  }
}
