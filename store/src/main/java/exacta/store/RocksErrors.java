package exacta.store;

import exacta.primitives.ExactaException;
import exacta.primitives.ExactaException.Category;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** What RocksDB reports, said in our terms. */
final class RocksErrors {
  private RocksErrors() {}

  static ExactaException opening(Path folder, RocksDBException cause) {
    if (code(cause) == Status.Code.IOError && cause.getMessage().contains("LOCK")) {
      return new ExactaException(
          Category.ERROR,
          "the database " + folder + " is in use by another process; stop that one first",
          cause);
    }
    String advice =
        isCorruption(cause)
            ? "the database " + folder + " is damaged; restore it from a copy, or begin anew"
            : "the database " + folder + " cannot be opened";
    return new ExactaException(Category.FATAL, advice + " (" + cause.getMessage() + ")", cause);
  }

  static ExactaException using(RocksDBException cause) {
    return new ExactaException(
        isCorruption(cause) ? Category.FATAL : Category.ERROR,
        "the database cannot be read or written (" + cause.getMessage() + ")",
        cause);
  }

  static ExactaException corrupt(String what) {
    return ExactaException.fatal(
        "the database is damaged: " + what + "; restore it from a copy, or begin anew");
  }

  private static boolean isCorruption(RocksDBException cause) {
    return code(cause) == Status.Code.Corruption;
  }

  private static Status.Code code(RocksDBException cause) {
    return cause.getStatus() == null ? Status.Code.Undefined : cause.getStatus().getCode();
  }
}
