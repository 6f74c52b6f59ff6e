package exacta.node;

import exacta.protocol.v1.ChainParameters;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A {@code config.toml} of CometBFT, with values that are known to work: small blocks, a mempool
 * that a block can empty, blocks also when there is nothing to do (epochs are counted in blocks).
 * What is not named keeps CometBFT's own value.
 *
 * @param origin the command that wrote it
 * @param app where the ledger listens
 * @param name for people
 * @param rpc where it answers, as HOST:PORT
 * @param peer where other nodes find it, as HOST:PORT
 * @param peers the others, as ID@HOST:PORT
 * @param parameters of the chain
 * @param trust what a state sync begins with; empty: all blocks are fetched
 */
record CometSettings(
    String origin,
    String app,
    String name,
    String rpc,
    String peer,
    List<String> peers,
    ChainParameters parameters,
    Optional<Trust> trust) {
  /** What CometBFT itself takes for a block between validators that are near each other. */
  private static final long ROUND_MILLIS = 60;

  CometSettings {
    peers = List.copyOf(peers);
  }

  /**
   * A block that is trusted, and those who are asked for proofs of others.
   *
   * @param servers two at least, that check each other
   * @param hash of the block, in hex digits
   */
  record Trust(List<URI> servers, long height, String hash) {
    Trust {
      servers = List.copyOf(servers);
    }

    private String text() {
      return """

      [statesync]
      enable = true
      rpc_servers = "%s"
      trust_height = %d
      trust_hash = "%s"
      discovery_time = "5s"
      """
          .formatted(
              servers.stream().map(URI::toString).collect(Collectors.joining(",")), height, hash);
    }
  }

  /**
   * How CometBFT finds and takes peers. On loopback all are named, and share one address. Elsewhere
   * a node learns of others from its peers, takes one from each address, and in the open internet
   * keeps no address that only a local network knows. Decided in {@code
   * docs/decisions/peers-are-found.md}.
   *
   * @param external the address that others are told; empty: the one that it is seen at
   */
  private record Reach(String external, boolean finds, boolean isShared, boolean isStrict) {
    static Reach of(String peer) {
      String host = peer.substring(0, peer.lastIndexOf(':'));
      if (host.equals("localhost")) {
        return new Reach(peer, false, true, false);
      }
      InetAddress address;
      try {
        address = InetAddress.ofLiteral(host);
      } catch (IllegalArgumentException e) {
        // A name, which we do not ask for here.
        return new Reach(peer, true, false, true);
      }
      if (address.isLoopbackAddress()) {
        return new Reach(peer, false, true, false);
      }
      boolean isLocal = address.isSiteLocalAddress() || address.isLinkLocalAddress();
      return new Reach(address.isAnyLocalAddress() ? "" : peer, true, false, !isLocal);
    }
  }

  String text() {
    Reach reach = Reach.of(peer);
    long commit = Math.max(0, parameters.getBlockIntervalMillis() - ROUND_MILLIS);
    return """
    # Written by %s. What is not here has CometBFT's own value.
    proxy_app = "%s"
    moniker = "%s"
    log_level = "error"

    [rpc]
    laddr = "tcp://%s"
    cors_allowed_origins = ["*"]
    max_request_batch_size = 100
    max_body_bytes = 4194304

    [p2p]
    laddr = "tcp://%s"
    external_address = "%s"
    persistent_peers = "%s"
    allow_duplicate_ip = %b
    addr_book_strict = %b
    pex = %b

    [mempool]
    size = 5000
    cache_size = 10000
    recheck = true
    max_tx_bytes = %d
    max_txs_bytes = 33554432

    [consensus]
    timeout_commit = "%dms"
    create_empty_blocks = true
    peer_gossip_sleep_duration = "10ms"
    """
            .formatted(
                origin,
                app,
                name,
                rpc,
                peer,
                reach.external(),
                String.join(",", peers),
                reach.isShared(),
                reach.isStrict(),
                reach.finds(),
                parameters.getBlockBytesMax() / 2,
                commit)
        + trust.map(Trust::text).orElse("");
  }
}
