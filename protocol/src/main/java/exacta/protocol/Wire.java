package exacta.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import exacta.crypto.Address;
import exacta.primitives.Digest32;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads protobuf of strangers strictly, and carries our values into it and out of it. */
public final class Wire {
  private Wire() {}

  /**
   * The message that these bytes are; empty if they are none, or hold a field that the schema does
   * not know.
   */
  public static <T extends Message> Optional<T> strict(Parser<T> parser, byte[] bytes) {
    try {
      T message = parser.parseFrom(bytes);
      return unknownField(message).isEmpty() ? Optional.of(message) : Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  /** The same, from bytes inside another message. */
  public static <T extends Message> Optional<T> strict(Parser<T> parser, ByteString bytes) {
    try {
      T message = parser.parseFrom(bytes);
      return unknownField(message).isEmpty() ? Optional.of(message) : Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  /**
   * Like {@link #strict}, and the bytes are the only ones that this message is encoded to: fields
   * in order, none twice, none that holds its default, no longer varint than needed.
   *
   * @throws MalformedException that says what is wrong
   */
  static <T extends Message> T canonical(Parser<T> parser, ByteString bytes, String what)
      throws MalformedException {
    // An encoding without unknown fields is made by no message but one without, so bytes that come
    // back though such fields were dropped have none. That is much faster than to look for them.
    try {
      T known = DiscardUnknownFieldsParser.wrap(parser).parseFrom(bytes);
      if (known.toByteString().equals(bytes)) {
        return known;
      }
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedException(what + " is not protobuf: " + e.getMessage());
    }
    throw new MalformedException(what + fault(parser, bytes));
  }

  /** What keeps bytes from being the canonical encoding of a message. */
  private static <T extends Message> String fault(Parser<T> parser, ByteString bytes) {
    try {
      return unknownField(parser.parseFrom(bytes))
          .map(field -> " has an unknown field, " + field)
          .orElse(" is not in its canonical encoding");
    } catch (InvalidProtocolBufferException e) {
      return " is not protobuf: " + e.getMessage();
    }
  }

  /** Names a field somewhere in the message that the schema does not know. */
  static Optional<String> unknownField(Message message) {
    if (!message.getUnknownFields().asMap().isEmpty()) {
      int number = message.getUnknownFields().asMap().keySet().iterator().next();
      return Optional.of("number " + number + " of " + message.getDescriptorForType().getName());
    }
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      if (entry.getKey().getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
        continue;
      }
      List<?> values = entry.getValue() instanceof List<?> list ? list : List.of(entry.getValue());
      for (Object value : values) {
        Optional<String> unknown = unknownField((Message) value);
        if (unknown.isPresent()) {
          return unknown;
        }
      }
    }
    return Optional.empty();
  }

  public static ByteString bytes(Digest32 digest) {
    return ByteString.copyFrom(digest.toBytes());
  }

  public static ByteString bytes(Address address) {
    return ByteString.copyFrom(address.toBytes());
  }

  /** The digest that these bytes are; empty unless they are 32. */
  public static Optional<Digest32> parseDigest(ByteString bytes) {
    return bytes.size() == Digest32.BYTES
        ? Optional.of(Digest32.of(bytes.toByteArray()))
        : Optional.empty();
  }

  /**
   * The digest that bytes are whose length was checked before.
   *
   * @throws IllegalArgumentException unless they are 32
   */
  public static Digest32 digest(ByteString bytes) {
    return Digest32.of(bytes.toByteArray());
  }

  /** Digests as a list of byte fields, such as a Merkle path. */
  public static List<ByteString> bytes(List<Digest32> digests) {
    return digests.stream().map(Wire::bytes).toList();
  }

  /** The digests of a list of byte fields; empty unless each has 32 bytes. */
  public static Optional<List<Digest32>> parseDigests(List<ByteString> fields) {
    List<Digest32> digests = new ArrayList<>(fields.size());
    for (ByteString field : fields) {
      Optional<Digest32> digest = parseDigest(field);
      if (digest.isEmpty()) {
        return Optional.empty();
      }
      digests.add(digest.get());
    }
    return Optional.of(digests);
  }
}
