/**
 * How everybody else reaches the chain: queries, signing, sending, waiting, all over its RPC; the
 * same against CometBFT and the embedded mode.
 *
 * <p>Start reading at {@link exacta.chainclient.ChainClient} and {@link exacta.chainclient.Sender}.
 * This room knows no role: not who asks, nor why.
 */
package exacta.chainclient;
