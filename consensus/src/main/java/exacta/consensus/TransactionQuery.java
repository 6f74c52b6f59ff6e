package exacta.consensus;

import exacta.consensus.RpcException.Kind;
import exacta.primitives.Digest32;
import exacta.primitives.Height;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code tx_search} can be asked in the embedded mode: by hash, or by height. */
sealed interface TransactionQuery {
  record ByHash(Digest32 hash) implements TransactionQuery {}

  record ByHeight(Height height) implements TransactionQuery {}

  /** Reads {@code tx.hash='HEX'} or {@code tx.height=N}. */
  static TransactionQuery parse(String text) throws RpcException {
    Matcher hash = Patterns.HASH.matcher(text);
    if (hash.matches()) {
      return new ByHash(Digest32.ofHex(hash.group(1)));
    }
    Matcher height = Patterns.HEIGHT.matcher(text);
    if (height.matches()) {
      return new ByHeight(new Height(Long.parseLong(height.group(1))));
    }
    throw new RpcException(
        Kind.INVALID_PARAMS,
        "parameter \"query\": expected tx.hash='64 hexadecimal digits' or tx.height=N");
  }

  /** The forms of the two questions. */
  final class Patterns {
    private static final Pattern HASH =
        Pattern.compile("\\s*tx\\.hash\\s*=\\s*'([0-9A-Fa-f]{64})'\\s*");
    private static final Pattern HEIGHT =
        Pattern.compile("\\s*tx\\.height\\s*=\\s*([0-9]{1,18})\\s*");

    private Patterns() {}
  }
}
