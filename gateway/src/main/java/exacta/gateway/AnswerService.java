package exacta.gateway;

import exacta.primitives.Clock;
import exacta.primitives.Entropy;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Semaphore;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The two endpoints that answer: chat and text completions. Spec: gateway.md#answers. */
final class AnswerService implements HttpService {
  private static final int ID_BYTES = 12;

  /** Reads the body of a request. */
  @FunctionalInterface
  interface Reader {
    ClientRequest read(JsonNode body) throws ApiException;
  }

  /** What both endpoints share. */
  record Tools(
      RequestBody body,
      RequestPreparer preparer,
      AnswerRunner runner,
      Patience patience,
      Semaphore running,
      Clock clock,
      Entropy entropy) {}

  private final Tools tools;
  private final ApiGuard guard;
  private final Reader reader;
  private final AnswerFormat format;

  AnswerService(Tools tools, ApiGuard guard, Reader reader, AnswerFormat format) {
    this.tools = tools;
    this.guard = guard;
    this.reader = reader;
    this.format = format;
  }

  @Override
  public void routing(HttpRules rules) {
    rules.post("/", guard.withKey(this::answer)).any("/", guard.onlyMethod("POST"));
  }

  private void answer(ServerRequest request, ServerResponse response) throws ApiException {
    byte[] body = tools.body().read(request);
    if (!tools.running().tryAcquire()) {
      throw ApiException.tooMany();
    }
    try {
      ClientRequest wanted = reader.read(Json.parse(body));
      AnswerJob job = tools.preparer().prepare(wanted);
      AnswerFormat.Head head = head(job, wanted);
      if (wanted.stream()) {
        stream(job, head, wanted, response);
      } else {
        whole(job, head, wanted, response);
      }
    } finally {
      tools.running().release();
    }
  }

  private AnswerFormat.Head head(AnswerJob job, ClientRequest wanted) {
    String id = HexFormat.of().formatHex(tools.entropy().bytes(ID_BYTES));
    return new AnswerFormat.Head(
        format.idPrefix() + id,
        tools.clock().millis() / 1000,
        job.listing().name(),
        wanted.logProbabilities()
            ? LogProbabilityFormat.of(job.card().tokenizer())
            : LogProbabilityFormat.none());
  }

  private void whole(
      AnswerJob job, AnswerFormat.Head head, ClientRequest wanted, ServerResponse response)
      throws ApiException {
    AnswerBuffer buffer = new AnswerBuffer();
    Outcome outcome = tools.runner().run(job, buffer).outcome();
    switch (outcome) {
      case Outcome.Answered answered -> {
        AnswerReader reader = AnswerReader.of(wanted, job.card());
        List<AnswerPart> parts = new ArrayList<>(reader.more(buffer.whole()));
        parts.addAll(reader.finish(answered.finish() == Outcome.Finish.STOP));
        ObjectNode body = format.whole(head, AnswerPart.whole(parts), finish(answered, reader));
        AnswerDetails.putUsage(body, job, outcome);
        AnswerDetails.putExacta(body, job, outcome);
        guard.send(response, 200, body);
      }
      case Outcome.Abandoned _ -> throw new AssertionError("a buffer does not go away");
      case Outcome.ModelFailed _ -> throw ApiException.modelFailed();
      case Outcome.NobodyLeft nobody -> throw ApiException.nobody(nobody.reason());
    }
  }

  private static String finish(Outcome.Answered answered, AnswerReader reader) {
    return switch (answered.finish()) {
      case STOP -> reader.hasCalls() ? "tool_calls" : "stop";
      case LENGTH -> "length";
    };
  }

  private void stream(
      AnswerJob job, AnswerFormat.Head head, ClientRequest wanted, ServerResponse response)
      throws ApiException {
    EventStream events = new EventStream(response, tools.patience());
    AnswerReader reader = AnswerReader.of(wanted, job.card());
    boolean includeUsage = wanted.includeUsage();
    AnswerListener listener = more -> send(events, head, includeUsage, reader.more(more));
    try {
      Outcome outcome;
      try {
        outcome = tools.runner().run(job, listener).outcome();
      } catch (RuntimeException | AssertionError e) {
        if (!events.isOpen()) {
          throw e; // the client gets an answer with a status
        }
        fail(events, guard.failure(e));
        return;
      }
      switch (outcome) {
        case Outcome.Answered answered -> {
          boolean stopped = answered.finish() == Outcome.Finish.STOP;
          send(events, head, includeUsage, reader.finish(stopped));
          open(events, head, includeUsage);
          finish(events, job, head, answered, finish(answered, reader), includeUsage);
        }
        case Outcome.Abandoned _ -> events.close();
        case Outcome.ModelFailed _ -> fail(events, ApiException.modelFailed());
        case Outcome.NobodyLeft nobody -> fail(events, ApiException.nobody(nobody.reason()));
      }
    } catch (AnswerListener.Gone e) {
      // There is nobody to tell; the answer is in the books.
      return;
    }
  }

  private void send(
      EventStream events, AnswerFormat.Head head, boolean includeUsage, List<AnswerPart> parts)
      throws AnswerListener.Gone {
    for (AnswerPart part : parts) {
      open(events, head, includeUsage);
      events.send(withUsage(format.delta(head, part), includeUsage));
    }
  }

  private void open(EventStream events, AnswerFormat.Head head, boolean includeUsage)
      throws AnswerListener.Gone {
    if (!events.isOpen()) {
      events.send(withUsage(format.opening(head), includeUsage));
    }
  }

  /** Who asked for counts finds the field in every event. */
  private static ObjectNode withUsage(ObjectNode event, boolean includeUsage) {
    return includeUsage ? event.putNull("usage") : event;
  }

  private void finish(
      EventStream events,
      AnswerJob job,
      AnswerFormat.Head head,
      Outcome.Answered answered,
      String reason,
      boolean includeUsage)
      throws AnswerListener.Gone {
    ObjectNode last = withUsage(format.closing(head, reason), includeUsage);
    if (includeUsage) {
      events.send(last);
      last = format.counts(head);
      AnswerDetails.putUsage(last, job, answered);
    }
    AnswerDetails.putExacta(last, job, answered);
    events.send(last);
    events.done();
  }

  /** An error, as an event if events have been sent. */
  private static void fail(EventStream events, ApiException error)
      throws ApiException, AnswerListener.Gone {
    if (!events.isOpen()) {
      throw error;
    }
    events.send(Json.error(error));
    events.close();
  }
}
