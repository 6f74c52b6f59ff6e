package exacta.protocol;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;

/** The names under which messages travel in {@link Any}: a slash and the full name. */
final class TypeUrls {
  private TypeUrls() {}

  static String of(Descriptor descriptor) {
    return "/" + descriptor.getFullName();
  }

  static Any pack(Message message) {
    return Any.newBuilder()
        .setTypeUrl(of(message.getDescriptorForType()))
        .setValue(message.toByteString())
        .build();
  }
}
