package exacta.gateway;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import exacta.primitives.Digest32;
import exacta.protocol.Frames;
import exacta.protocol.v1.CardAnswer;
import exacta.protocol.v1.OrderSubmission;
import exacta.protocol.v1.Refusal;
import exacta.protocol.v1.Signed;
import exacta.protocol.v1.StreamFrame;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Speaks the host protocol with hosts. Spec: host-api.md. */
final class HostLink implements AutoCloseable {
  static final String CONTENT_TYPE = "application/x-protobuf";

  /** How long a host may take to say something to what needs no computing. */
  private static final Duration ANSWER_MAX = Duration.ofSeconds(20);

  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
  private static final int FRAME_BYTES_MAX = 1 << 20;
  private static final int REFUSAL_BYTES_MAX = 1 << 14;
  private static final int RECEIPT_BYTES_MAX = 1 << 15;
  private static final int CARD_OVERHEAD_BYTES = 1 << 14;

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_MAX)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final Patience patience;

  HostLink(Patience patience) {
    this.patience = patience;
  }

  /** A host's answer as it comes. One thread reads; any may close. */
  final class Stream implements AutoCloseable {
    private final InputStream in;

    private Stream(InputStream in) {
      this.in = in;
    }

    /**
     * Waits for the next frame.
     *
     * @return empty when the stream has ended
     */
    Optional<StreamFrame> next(Duration most) throws HostFailure {
      try (Patience.Wait wait = patience.begin(most, this::close)) {
        Optional<StreamFrame> frame = Frames.read(in, FRAME_BYTES_MAX);
        if (frame.isEmpty() && wait.isOver()) {
          throw new HostFailure.Broken("silent for more than " + most.toSeconds() + " s");
        }
        return frame;
      } catch (IOException e) {
        throw new HostFailure.Broken("the stream broke: " + e.getMessage());
      }
    }

    @Override
    public void close() {
      try {
        in.close();
      } catch (IOException e) {
        throw new AssertionError("closing a stream of the HTTP client does not fail", e);
      }
    }
  }

  /** Hands in an order; the stream that comes back must be closed. */
  Stream order(Seller seller, OrderSubmission submission, Duration most) throws HostFailure {
    HttpRequest request =
        HttpRequest.newBuilder(seller.at("v1/order"))
            .header("Content-Type", CONTENT_TYPE)
            .POST(HttpRequest.BodyPublishers.ofByteArray(submission.toByteArray()))
            .build();
    return new Stream(send(request, most));
  }

  /** The last receipt of an order, as the host has it; nothing of it is checked. */
  Signed receipt(Seller seller, Signed order) throws HostFailure {
    HttpRequest request =
        HttpRequest.newBuilder(seller.at("v1/receipt"))
            .header("Content-Type", CONTENT_TYPE)
            .POST(HttpRequest.BodyPublishers.ofByteArray(order.toByteArray()))
            .build();
    return message(request, Signed.parser(), RECEIPT_BYTES_MAX, "a receipt");
  }

  /** A model's card as the host has it; nothing of it is checked. */
  CardAnswer card(Seller seller, Digest32 model, long cardBytes) throws HostFailure {
    URI uri = seller.at("v1/card/" + model.toHex());
    HttpRequest request = HttpRequest.newBuilder(uri).header("Accept", CONTENT_TYPE).build();
    int most = Math.toIntExact(cardBytes + CARD_OVERHEAD_BYTES);
    return message(request, CardAnswer.parser(), most, "a card");
  }

  private <T> T message(HttpRequest request, Parser<T> parser, int bytesMax, String what)
      throws HostFailure {
    try (InputStream in = send(request, ANSWER_MAX);
        Patience.Wait _ = patience.begin(ANSWER_MAX, () -> closeQuietly(in))) {
      byte[] bytes = in.readNBytes(bytesMax + 1);
      if (bytes.length > bytesMax) {
        throw new HostFailure.Wrong(what + " that is larger than it can be");
      }
      return parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new HostFailure.Wrong(what + " that is not protobuf");
    } catch (IOException e) {
      throw new HostFailure.Broken(what + " broke off: " + e.getMessage());
    }
  }

  /** The body of the answer, if the host says yes. */
  private InputStream send(HttpRequest request, Duration most) throws HostFailure {
    CompletableFuture<HttpResponse<InputStream>> answer =
        client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
    try (Patience.Wait _ = patience.begin(most, () -> answer.cancel(true))) {
      HttpResponse<InputStream> response = answer.get();
      if (response.statusCode() == 200) {
        return response.body();
      }
      throw refusal(response);
    } catch (CancellationException e) {
      throw new HostFailure.Broken("no answer within " + most.toSeconds() + " s");
    } catch (ExecutionException e) {
      throw new HostFailure.Broken("cannot be reached: " + e.getCause());
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new HostFailure.Broken("given up");
    }
  }

  private HostFailure refusal(HttpResponse<InputStream> response) throws HostFailure {
    int status = response.statusCode();
    if (status < 400 || status >= 500) {
      closeQuietly(response.body());
      return new HostFailure.Broken("answers with HTTP status " + status);
    }
    try (InputStream in = response.body();
        Patience.Wait _ = patience.begin(ANSWER_MAX, () -> closeQuietly(in))) {
      Refusal refusal = Refusal.parseFrom(in.readNBytes(REFUSAL_BYTES_MAX));
      return refusal.getCode().isEmpty()
          ? new HostFailure.Broken("answers with HTTP status " + status)
          : new HostFailure.Refused(refusal);
    } catch (InvalidProtocolBufferException e) {
      return new HostFailure.Broken("answers with HTTP status " + status);
    } catch (IOException e) {
      return new HostFailure.Broken("the refusal broke off: " + e.getMessage());
    }
  }

  private static void closeQuietly(InputStream in) {
    try {
      in.close();
    } catch (IOException e) {
      throw new AssertionError("closing a stream of the HTTP client does not fail", e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
