/**
 * Keys and names: secp256k1 signatures of accounts, ed25519 keys of consensus, addresses in bech32,
 * mnemonics and the keys derived from them, key files.
 *
 * <p>Start reading at {@link exacta.crypto.PrivateKey} and {@link exacta.crypto.Address}. This room
 * knows no network, no disk beyond key files, and nothing of what is signed.
 */
package exacta.crypto;
