package exacta.node;

import exacta.protocol.v1.ChainParameters;
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

  String text() {
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
    allow_duplicate_ip = true
    addr_book_strict = false
    pex = false

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
                peer,
                String.join(",", peers),
                parameters.getBlockBytesMax() / 2,
                commit)
        + trust.map(Trust::text).orElse("");
  }
}
