package exacta.acceptance;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** A client of HTTP/1.1 that sends what no proper client would. */
final class HttpPeer implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 20_000;
  private static final int BODY_BYTES_MAX = 64 << 20;

  record Answer(int status, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private final int port;
  private Optional<Socket> socket = Optional.empty();
  private InputStream in = InputStream.nullInputStream();

  HttpPeer(int port) {
    this.port = port;
  }

  static byte[] head(String method, byte[] target, int bodyLength) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes((method + " ").getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(target);
    String rest =
        " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
            + bodyLength
            + "\r\n\r\n";
    out.writeBytes(rest.getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  Answer post(String path, byte[] body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(head("POST", path.getBytes(StandardCharsets.US_ASCII), body.length));
    out.writeBytes(body);
    return exchange(out.toByteArray());
  }

  /** The target's bytes stand in the request line as they are, but for what would end the line. */
  Answer get(byte[] target) throws IOException {
    byte[] line = target.clone();
    for (int i = 0; i < line.length; i++) {
      if (line[i] == '\r' || line[i] == '\n' || line[i] == ' ' || line[i] == 0) {
        line[i] = '+';
      }
    }
    return exchange(head("GET", line, 0));
  }

  private Answer exchange(byte[] request) throws IOException {
    boolean isNew = socket.isEmpty();
    try {
      Socket open = open();
      open.getOutputStream().write(request);
      return read();
    } catch (EOFException | java.net.SocketException e) {
      close();
      if (isNew) {
        // It refused the request by ending the connection.
        return new Answer(400, new byte[0]);
      }
      return exchange(request);
    }
  }

  private Socket open() throws IOException {
    if (socket.isEmpty()) {
      Socket fresh = new Socket();
      fresh.setTcpNoDelay(true);
      fresh.setSoTimeout(TIMEOUT_MILLIS);
      fresh.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MILLIS);
      in = new BufferedInputStream(fresh.getInputStream());
      socket = Optional.of(fresh);
    }
    return socket.get();
  }

  private Answer read() throws IOException {
    String status = line();
    int length = 0;
    boolean isChunked = false;
    boolean isLast = false;
    for (String header = line(); !header.isEmpty(); header = line()) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring(15).strip());
      }
      isChunked |= lower.startsWith("transfer-encoding:") && lower.contains("chunked");
      isLast |= lower.startsWith("connection:") && lower.contains("close");
    }
    byte[] body = isChunked ? chunks() : exactly(length);
    if (isLast) {
      close();
    }
    return new Answer(Integer.parseInt(status.split(" ")[1]), body);
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
      out.writeBytes(exactly(size));
      line();
    }
    line();
    return out.toByteArray();
  }

  private byte[] exactly(int length) throws IOException {
    if (length > BODY_BYTES_MAX) {
      throw new IOException("an answer of " + length + " bytes");
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("an answer is cut short");
    }
    return bytes;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the connection ended");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  /** Sends these bytes on a connection of their own, and waits until the other side ends it. */
  void sendAndEnd(byte[] bytes) throws IOException {
    try (Socket other = new Socket()) {
      other.setSoTimeout(TIMEOUT_MILLIS);
      other.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MILLIS);
      other.getOutputStream().write(bytes);
      other.shutdownOutput();
      InputStream answer = other.getInputStream();
      byte[] buffer = new byte[8192];
      while (answer.read(buffer) >= 0) {
        // What it says does not matter; that it ends does.
      }
    } catch (SocketTimeoutException e) {
      throw new IOException("a connection that we ended is still open after 20 s", e);
    } catch (java.net.SocketException e) {
      // It may reset what it does not understand.
    }
  }

  @Override
  public void close() {
    socket.ifPresent(open -> {
      try {
        open.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
    socket = Optional.empty();
  }
}
