package exacta.ledger;

import com.google.protobuf.ByteString;

/**
 * A validator's share in consensus.
 *
 * @param key its ed25519 public key, 32 bytes
 * @param power in a list of changes, 0: it is no validator any more
 */
public record ValidatorPower(ByteString key, long power) {}
