package exacta.consensus.abci;

import exacta.primitives.ExactaException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a ledger listens, in the words of CometBFT's {@code proxy_app}: {@code tcp://HOST:PORT} or
 * {@code unix:///PATH}. Whoever can connect can drive the ledger, so it is this machine only.
 */
public sealed interface AbciAddress {
  /** The longest path of a socket that the system takes. */
  int PATH_BYTES_MAX = 107;

  /** A port of a loopback address; 0 for any that is free. */
  record Tcp(InetSocketAddress socket) implements AbciAddress {}

  /** A socket in a folder; its file is made anew. */
  record Unix(Path path) implements AbciAddress {}

  private static ExactaException fault(String text, String what) {
    return ExactaException.fatal("the address '" + text + "' for CometBFT " + what);
  }

  /**
   * @throws ExactaException (fatal) if it is no such address, or not of this machine
   */
  static AbciAddress parse(String text) {
    Optional<String> path = after(text, "unix://");
    if (path.isPresent()) {
      return unix(Path.of(path.get()));
    }
    Matcher tcp = Pattern.compile("tcp://(.+):(\\d{1,5})").matcher(text);
    if (!tcp.matches() || Integer.parseInt(tcp.group(2)) > 65_535) {
      throw fault(text, "is neither tcp://127.0.0.1:PORT nor unix:///PATH");
    }
    InetAddress host;
    try {
      host = InetAddress.getByName(tcp.group(1));
    } catch (UnknownHostException e) {
      throw fault(text, "has a host that is not known");
    }
    if (!host.isLoopbackAddress()) {
      throw fault(
          text, "is open to others, who could make blocks with it; use 127.0.0.1 or a unix socket");
    }
    return new Tcp(new InetSocketAddress(host, Integer.parseInt(tcp.group(2))));
  }

  /**
   * A socket file.
   *
   * @throws ExactaException (fatal) if the system takes no path of this length
   */
  static AbciAddress unix(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    int bytes = absolute.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > PATH_BYTES_MAX) {
      throw fault(
          "unix://" + absolute,
          "has %d bytes, and a system takes %d; choose a shorter folder, or tcp://127.0.0.1:PORT"
              .formatted(bytes, PATH_BYTES_MAX));
    }
    return new Unix(absolute);
  }

  private static Optional<String> after(String text, String prefix) {
    return text.startsWith(prefix) && text.length() > prefix.length()
        ? Optional.of(text.substring(prefix.length()))
        : Optional.empty();
  }

  /** What a socket binds to. */
  default SocketAddress socketAddress() {
    return switch (this) {
      case Tcp tcp -> tcp.socket();
      case Unix unix -> UnixDomainSocketAddress.of(unix.path());
    };
  }

  /** As {@code proxy_app} has it. */
  default String text() {
    return switch (this) {
      case Tcp tcp ->
          "tcp://" + tcp.socket().getAddress().getHostAddress() + ":" + tcp.socket().getPort();
      case Unix unix -> "unix://" + unix.path();
    };
  }
}
