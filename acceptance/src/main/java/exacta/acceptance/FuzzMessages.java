package exacta.acceptance;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import exacta.crypto.PrivateKey;
import exacta.primitives.Hasher;
import exacta.protocol.QueryPaths;
import exacta.protocol.cosmos.crypto.PubKey;
import exacta.protocol.cosmos.tx.AuthInfo;
import exacta.protocol.cosmos.tx.Fee;
import exacta.protocol.cosmos.tx.ModeInfo;
import exacta.protocol.cosmos.tx.SignDoc;
import exacta.protocol.cosmos.tx.SignerInfo;
import exacta.protocol.cosmos.tx.TxBody;
import exacta.protocol.cosmos.tx.TxRaw;
import exacta.protocol.v1.QueryNetworkResponse;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Messages of every kind that the schemas know, filled with values that often make sense: so that
 * what is damaged afterwards gets past the first gate, too.
 */
final class FuzzMessages {
  private static final int DEPTH_MAX = 4;
  private static final String TYPE_URL = "/";

  private final Random random;
  private final List<Descriptor> kinds = new ArrayList<>();
  private final List<Descriptor> questions =
      QueryNetworkResponse.getDescriptor().getFile().getMessageTypes().stream()
          .filter(type -> type.getName().endsWith("Request"))
          .toList();
  private final List<String> paths = new ArrayList<>();

  FuzzMessages(Random random) {
    this.random = random;
    try {
      for (Class<?> kind : exacta.protocol.Message.class.getPermittedSubclasses()) {
        Class<?> body = kind.getRecordComponents()[0].getType();
        kinds.add((Descriptor) body.getMethod("getDescriptor").invoke(null));
      }
      for (Field field : QueryPaths.class.getDeclaredFields()) {
        if (Modifier.isPublic(field.getModifiers())) {
          paths.add((String) field.get(null));
        }
      }
    } catch (ReflectiveOperationException e) {
      throw new AssertionError("the kinds of messages are records of schemas", e);
    }
  }

  <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  String path() {
    return any(paths);
  }

  byte[] question() {
    return filled(any(questions), 0).toByteArray();
  }

  /**
   * A transaction of one or two messages, with a good signature.
   *
   * @param sequences of the people
   */
  byte[] transaction(long[] sequences) {
    int number = random.nextInt(FuzzWorld.PEOPLE.size());
    PrivateKey key = FuzzWorld.PEOPLE.get(number);
    TxBody.Builder body = TxBody.newBuilder();
    for (int i = random.nextInt(6) == 0 ? 2 : 1; i > 0; i--) {
      body.addMessages(message(key));
    }
    return signed(body.build(), key, number, sequences[number]);
  }

  private Any message(PrivateKey signer) {
    Descriptor kind = any(kinds);
    DynamicMessage.Builder message = filled(kind, 0).toBuilder();
    FieldDescriptor first = kind.findFieldByNumber(1);
    if (first != null && first.getType() == FieldDescriptor.Type.STRING && !first.isRepeated()) {
      message.setField(first, signer.address().toString());
    }
    return Any.newBuilder()
        .setTypeUrl(TYPE_URL + kind.getFullName())
        .setValue(message.build().toByteString())
        .build();
  }

  static byte[] signed(TxBody body, PrivateKey key, long number, long sequence) {
    Any publicKey =
        Any.newBuilder()
            .setTypeUrl(TYPE_URL + PubKey.getDescriptor().getFullName())
            .setValue(
                PubKey.newBuilder()
                    .setKey(ByteString.copyFrom(key.publicKey().toBytes()))
                    .build()
                    .toByteString())
            .build();
    ByteString authInfo =
        AuthInfo.newBuilder()
            .addSignerInfos(
                SignerInfo.newBuilder()
                    .setPublicKey(publicKey)
                    .setModeInfo(
                        ModeInfo.newBuilder().setSingle(ModeInfo.Single.newBuilder().setMode(1)))
                    .setSequence(sequence))
            .setFee(Fee.getDefaultInstance())
            .build()
            .toByteString();
    byte[] document =
        SignDoc.newBuilder()
            .setBodyBytes(body.toByteString())
            .setAuthInfoBytes(authInfo)
            .setChainId(FuzzWorld.CHAIN)
            .setAccountNumber(number)
            .build()
            .toByteArray();
    return TxRaw.newBuilder()
        .setBodyBytes(body.toByteString())
        .setAuthInfoBytes(authInfo)
        .addSignatures(ByteString.copyFrom(key.sign(Hasher.sha256(document))))
        .build()
        .toByteArray();
  }

  /** A message of this schema with something in most fields. */
  DynamicMessage filled(Descriptor type, int depth) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : type.getFields()) {
      if (random.nextInt(8) == 0
          || (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && depth == DEPTH_MAX)) {
        continue;
      }
      if (field.isRepeated()) {
        for (int i = random.nextInt(4); i > 0; i--) {
          message.addRepeatedField(field, value(field, depth));
        }
      } else {
        message.setField(field, value(field, depth));
      }
    }
    return message.build();
  }

  private Object value(FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case MESSAGE -> filled(field.getMessageType(), depth + 1);
      case STRING -> text(field.getName());
      case BYTE_STRING -> ByteString.copyFrom(bytes());
      case LONG -> integer();
      case INT -> (int) integer();
      case BOOLEAN -> random.nextBoolean();
      case ENUM -> any(field.getEnumType().getValues());
      case FLOAT -> random.nextFloat();
      case DOUBLE -> random.nextDouble();
    };
  }

  private String text(String name) {
    return switch (name) {
      case "denom" -> "ngonka";
      case "amount" -> Long.toString(1 + random.nextInt(1000));
      case "url" -> "http://127.0.0.1:9400";
      default ->
          random.nextInt(8) == 0
              ? "x".repeat(random.nextInt(300))
              : any(FuzzWorld.PEOPLE).address().toString();
    };
  }

  private byte[] bytes() {
    if (random.nextInt(4) == 0) {
      return FuzzWorld.MODEL.toBytes();
    }
    byte[] bytes =
        new byte
            [switch (random.nextInt(8)) {
              case 0 -> random.nextInt(100);
              case 1 -> 33;
              case 2 -> 64;
              default -> 32;
            }];
    random.nextBytes(bytes);
    return bytes;
  }

  private long integer() {
    return switch (random.nextInt(8)) {
      case 0 -> random.nextLong();
      case 1 -> Long.MAX_VALUE;
      case 2 -> random.nextInt(100_000);
      default -> random.nextInt(4);
    };
  }
}
