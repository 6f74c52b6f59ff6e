package exacta.bench.chain;

import exacta.primitives.ExactaException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends transactions by {@code broadcast_tx_sync} on some connections to every node at once, each
 * as fast as it is answered, and again when the mempool is full.
 */
final class Senders {
  private static final int CONNECTIONS = 32;
  private static final long FULL_MILLIS = 20;

  private final CometNetwork network;
  private final List<byte[]> transactions;
  private final AtomicInteger next = new AtomicInteger();

  Senders(CometNetwork network, List<byte[]> transactions) {
    this.network = network;
    this.transactions = transactions;
  }

  /** Returns when all were accepted. */
  void send() throws InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> senders = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        int port = network.rpcPort(i % network.validators());
        senders.add(threads.submit(() -> run(port)));
      }
      for (Future<?> sender : senders) {
        sender.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a sender failed", e);
    }
  }

  private void run(int port) {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (int at = next.getAndIncrement(); at < transactions.size(); at = next.getAndIncrement()) {
        byte[] request = request(transactions.get(at));
        while (!isAccepted(exchange(socket.getOutputStream(), in, request))) {
          Thread.sleep(FULL_MILLIS);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static byte[] request(byte[] transaction) {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"broadcast_tx_sync\",\"params\":{\"tx\":\""
            + Base64.getEncoder().encodeToString(transaction)
            + "\"}}";
    String head =
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n";
    return (head + body).getBytes(StandardCharsets.US_ASCII);
  }

  private static boolean isAccepted(String answer) {
    if (answer.contains("\"code\":0,")) {
      return true;
    }
    if (answer.contains("mempool is full")) {
      return false;
    }
    throw ExactaException.fatal("a transaction was refused: " + answer);
  }

  private static String exchange(OutputStream out, InputStream in, byte[] request)
      throws IOException {
    out.write(request);
    int length = 0;
    String line = line(in);
    while (!line.isEmpty()) {
      if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
        length = Integer.parseInt(line.substring(15).strip());
      }
      line = line(in);
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int next = in.read();
    while (next >= 0 && next != '\n') {
      if (next != '\r') {
        line.append((char) next);
      }
      next = in.read();
    }
    if (next < 0) {
      throw new IOException("the node closed the connection");
    }
    return line.toString();
  }
}
