package exacta.consensus;

import exacta.consensus.RpcException.Kind;
import exacta.primitives.ExactaException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON-RPC 2.0 around the methods: envelopes, batches and errors. Safe for several threads. */
final class JsonRpc {
  /** An answer: a whole body, and whether it is an error of the request as a whole. */
  record Reply(boolean failed, Optional<JsonNode> body) {}

  private static final int BATCH_MAX = 100;

  /** A batch of answers ends with the one that exceeds this. */
  private static final int BATCH_BYTES_MAX = 8 << 20;

  private static final int DEPTH_MAX = 32;

  private static final JsonMapper READER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEPTH_MAX)
                          .maxNumberLength(32)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final RpcMethods methods;

  JsonRpc(RpcMethods methods) {
    this.methods = methods;
  }

  Set<String> methods() {
    return methods.names();
  }

  /** Answers a POST body, whatever it is. */
  Reply answer(byte[] body) {
    JsonNode request;
    try {
      request = read(body);
    } catch (RpcException e) {
      return new Reply(true, Optional.of(error(Optional.empty(), e)));
    }
    if (!request.isArray()) {
      return new Reply(false, answerOne(request));
    }
    if (request.isEmpty() || request.size() > BATCH_MAX) {
      String text = "a batch has 1 to " + BATCH_MAX + " requests, not " + request.size();
      return new Reply(
          false,
          Optional.of(error(Optional.empty(), new RpcException(Kind.INVALID_REQUEST, text))));
    }
    return new Reply(false, answerBatch(request));
  }

  /** Answers a message of a WebSocket, where each request comes alone. */
  Optional<JsonNode> answerMessage(byte[] message) {
    try {
      JsonNode request = read(message);
      if (request.isArray()) {
        throw new RpcException(Kind.PARSE_ERROR, "over a WebSocket, requests come one by one");
      }
      return answerOne(request);
    } catch (RpcException e) {
      return Optional.of(error(Optional.empty(), e));
    }
  }

  private static JsonNode read(byte[] body) throws RpcException {
    JsonNode request;
    try {
      request = READER.readTree(body);
    } catch (JacksonException e) {
      throw new RpcException(Kind.PARSE_ERROR, e.getOriginalMessage());
    }
    if (request.isMissingNode()) {
      throw new RpcException(Kind.PARSE_ERROR, "the request is empty");
    }
    return request;
  }

  /** Answers in order. Behind too many bytes of answers the rest get errors, to bound memory. */
  private Optional<JsonNode> answerBatch(JsonNode batch) {
    ArrayNode answers = RpcJson.MAPPER.createArrayNode();
    long bytes = 0;
    for (JsonNode request : batch) {
      Optional<JsonNode> answer =
          bytes <= BATCH_BYTES_MAX ? answerOne(request) : refuseRest(request);
      if (answer.isPresent()) {
        answers.add(answer.get());
        bytes += RpcJson.MAPPER.writeValueAsBytes(answer.get()).length;
      }
    }
    return answers.isEmpty() ? Optional.empty() : Optional.of(answers);
  }

  private static Optional<JsonNode> refuseRest(JsonNode request) {
    String text =
        "the answers before are more than %d MiB; ask in smaller batches"
            .formatted(BATCH_BYTES_MAX >> 20);
    return request
        .optional("id")
        .filter(JsonRpc::isId)
        .map(id -> error(Optional.of(id), new RpcException(Kind.INTERNAL_ERROR, text)));
  }

  /** The error for a body that is no JSON, or too large to be read. */
  static ObjectNode parseError(String detail) {
    return error(Optional.empty(), new RpcException(Kind.PARSE_ERROR, detail));
  }

  /** Answers a GET request. */
  Reply answer(String method, Map<String, String> arguments) {
    JsonNode id = RpcJson.MAPPER.getNodeFactory().numberNode(-1);
    ObjectNode answer = envelope(Optional.of(id));
    try {
      answer.set("result", call(method, id, new UriArguments(arguments)));
      return new Reply(false, Optional.of(answer));
    } catch (RpcException e) {
      return new Reply(true, Optional.of(withError(answer, e)));
    }
  }

  /** Answers one request; nothing if it is a notification, which CometBFT does not carry out. */
  private Optional<JsonNode> answerOne(JsonNode request) {
    if (!request.isObject()) {
      return Optional.of(
          error(
              Optional.empty(),
              new RpcException(Kind.INVALID_REQUEST, "a request is a JSON object")));
    }
    Optional<JsonNode> id = request.optional("id");
    if (id.isEmpty()) {
      return Optional.empty();
    }
    if (!isId(id.get())) {
      return Optional.of(
          error(
              Optional.empty(),
              new RpcException(Kind.INVALID_REQUEST, "an id is a string or a whole number")));
    }
    try {
      String name = checkedMethod(request);
      JsonArguments arguments =
          JsonArguments.of(request.optional("params"), methods.parameters(name));
      return Optional.of(result(id.get(), call(name, id.get(), arguments)));
    } catch (RpcException e) {
      return Optional.of(error(id, e));
    }
  }

  private static boolean isId(JsonNode id) {
    return id.isString() || id.isIntegralNumber();
  }

  private static String checkedMethod(JsonNode request) throws RpcException {
    for (Map.Entry<String, JsonNode> entry : request.properties()) {
      switch (entry.getKey()) {
        case "id", "method", "params", "jsonrpc" -> {}
        default -> throw new RpcException(Kind.INVALID_REQUEST, "unknown field " + entry.getKey());
      }
    }
    Optional<JsonNode> version = request.optional("jsonrpc");
    if (version.isEmpty() || !version.get().isString() || !version.get().asString().equals("2.0")) {
      throw new RpcException(Kind.INVALID_REQUEST, "jsonrpc must be \"2.0\"");
    }
    Optional<JsonNode> method = request.optional("method");
    if (method.isEmpty() || !method.get().isString()) {
      throw new RpcException(Kind.INVALID_REQUEST, "method must be a string");
    }
    return method.get().asString();
  }

  private ObjectNode call(String method, JsonNode id, RpcArguments arguments) throws RpcException {
    try {
      return methods.call(method, id, arguments);
    } catch (ExactaException e) {
      throw new RpcException(Kind.INTERNAL_ERROR, e.getMessage());
    }
  }

  /** The envelope of a result. */
  static ObjectNode result(JsonNode id, ObjectNode result) {
    return envelope(Optional.of(id)).set("result", result);
  }

  private static ObjectNode envelope(Optional<JsonNode> id) {
    ObjectNode envelope = RpcJson.object().put("jsonrpc", "2.0");
    return id.isPresent() ? envelope.set("id", id.get()) : envelope.putNull("id");
  }

  private static ObjectNode error(Optional<JsonNode> id, RpcException problem) {
    return withError(envelope(id), problem);
  }

  private static ObjectNode withError(ObjectNode envelope, RpcException problem) {
    envelope
        .putObject("error")
        .put("code", problem.kind().code())
        .put("message", problem.kind().message())
        .put("data", problem.getMessage());
    return envelope;
  }
}
