/**
 * The vocabulary that every other module speaks: digests and tagged hashing, amounts of coins,
 * block heights and epochs, canonical byte encoding, Merkle trees and the counter-based random
 * generator.
 *
 * <p>Start reading at {@link exacta.primitives.Hasher} and {@link exacta.primitives.MerkleTree}.
 * This room knows no other room, no clock, no disk and no network.
 */
package exacta.primitives;
