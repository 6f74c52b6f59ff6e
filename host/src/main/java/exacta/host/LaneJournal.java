package exacta.host;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import exacta.host.stored.Base;
import exacta.host.stored.Given;
import exacta.host.stored.JournalRecord;
import exacta.primitives.ExactaException;
import exacta.protocol.v1.OrderSubmission;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** The lane book's file: what its records say. Not safe for several threads. */
final class LaneJournal implements AutoCloseable {
  /** Sees the records in order when the file is opened or written anew. */
  interface Reader {
    void base(Base base);

    void order(OrderSubmission submission, long place) throws InvalidProtocolBufferException;

    void given(Given given, long place) throws InvalidProtocolBufferException;
  }

  private final Journal journal;
  private final Reader reader;

  LaneJournal(Path file, Reader reader) {
    this.reader = reader;
    journal = Journal.open(file, this::replay);
  }

  private void replay(long place, byte[] payload) {
    try {
      JournalRecord stored = JournalRecord.parseFrom(payload);
      switch (stored.getRecordCase()) {
        case SUBMISSION -> reader.order(OrderSubmission.parseFrom(stored.getSubmission()), place);
        case GIVEN -> reader.given(stored.getGiven(), place);
        case BASE -> reader.base(stored.getBase());
        case RECORD_NOT_SET -> throw new InvalidProtocolBufferException("an empty record");
      }
    } catch (InvalidProtocolBufferException e) {
      throw ExactaException.fatal(
          "the lane book has a record at byte %d that this version cannot read (%s); use the one"
                  .formatted(place, e.getMessage())
              + " that wrote it");
    }
  }

  /** Where a lane begins. */
  void base(ByteString session, long number, long given) {
    append(JournalRecord.newBuilder().setBase(newBase(session, number, given)));
  }

  static Base newBase(ByteString session, long number, long given) {
    return Base.newBuilder().setSession(session).setNumber(number).setGiven(given).build();
  }

  long order(OrderSubmission submission) {
    return append(JournalRecord.newBuilder().setSubmission(submission.toByteString()));
  }

  long given(Given given) {
    return append(JournalRecord.newBuilder().setGiven(given));
  }

  private long append(JournalRecord.Builder stored) {
    return journal.append(stored.build().toByteArray());
  }

  OrderSubmission order(long place) {
    try {
      return OrderSubmission.parseFrom(
          JournalRecord.parseFrom(journal.read(place)).getSubmission());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("a record reads as it was written", e);
    }
  }

  Given given(long place) {
    try {
      return JournalRecord.parseFrom(journal.read(place)).getGiven();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("a record reads as it was written", e);
    }
  }

  long bytes() {
    return journal.bytes();
  }

  /**
   * Keeps these records only, bases first; all places change.
   *
   * @param kept runs once that is sure, before the reader sees them
   */
  void keep(List<Base> bases, List<Long> places, Runnable kept) {
    Iterator<byte[]> records =
        Stream.concat(
                bases.stream()
                    .map(base -> JournalRecord.newBuilder().setBase(base).build().toByteArray()),
                places.stream().map(journal::read))
            .iterator();
    journal.replace(records, kept, this::replay);
  }

  @Override
  public void close() {
    journal.close();
  }
}
