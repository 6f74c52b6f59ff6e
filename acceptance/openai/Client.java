import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionTokenLogprob;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.completions.CompletionUsage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * OpenAI's client for Java, as an application uses it: address and key come from the environment.
 */
@SuppressWarnings("deprecation") // seed is what this is about, deprecated or not
final class Client {
  private static final String MODEL = System.getenv("EXACTA_MODEL");
  private static final String QUESTION = "Tell me a short story about a lighthouse.";
  private static final int TOKENS = 40;

  private final OpenAIClient client = OpenAIOkHttpClient.fromEnv();

  public static void main(String[] arguments) {
    Client checks = new Client();
    Map<String, Runnable> all = new LinkedHashMap<>();
    all.put("models", checks::models);
    all.put("chat and usage", checks::chat);
    all.put("stream", checks::stream);
    all.put("seed", checks::seed);
    all.put("stop", checks::stop);
    all.put("max tokens", checks::maxTokens);
    all.put("logprobs", checks::logprobs);
    all.put("tool calls", checks::toolCalls);
    all.put("completions", checks::completions);
    all.put("unknown model", checks::unknownModel);
    all.put("bad key", checks::badKey);
    all.put("bad parameter", checks::badParameter);
    int failed = 0;
    for (Map.Entry<String, Runnable> check : all.entrySet()) {
      try {
        check.getValue().run();
        System.out.println("java 4.101.0: " + check.getKey() + ": ok");
      } catch (RuntimeException | AssertionError e) {
        failed++;
        System.out.println("java 4.101.0: " + check.getKey() + ": FAILED");
        System.out.println(e + "\n  at " + e.getStackTrace()[1]);
      }
    }
    checks.client.close();
    System.exit(failed == 0 ? 0 : 1);
  }

  private static void check(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }

  private static ChatCompletionCreateParams.Builder question() {
    return ChatCompletionCreateParams.builder()
        .model(MODEL)
        .addUserMessage(QUESTION)
        .maxCompletionTokens(TOKENS)
        .seed(7);
  }

  private ChatCompletion ask(ChatCompletionCreateParams.Builder question) {
    return client.chat().completions().create(question.build());
  }

  private static String text(ChatCompletion answer) {
    return answer.choices().getFirst().message().content().orElseThrow();
  }

  private static String finish(ChatCompletion answer) {
    return answer.choices().getFirst().finishReason().asString();
  }

  private void models() {
    check(
        client.models().list().data().stream().anyMatch(model -> model.id().equals(MODEL)),
        "the list has the model");
    check(client.models().retrieve(MODEL).id().equals(MODEL), "the model is found");
  }

  private void chat() {
    ChatCompletion answer = ask(question());
    check(!text(answer).isEmpty(), "there is text");
    check(List.of("stop", "length").contains(finish(answer)), "it has ended");
    CompletionUsage usage = answer.usage().orElseThrow();
    check(
        usage.totalTokens() == usage.promptTokens() + usage.completionTokens()
            && usage.completionTokens() <= TOKENS,
        "the counts fit");
    check(answer._additionalProperties().containsKey("exacta"), "it says who answered");
  }

  private void stream() {
    ChatCompletion whole = ask(question());
    ChatCompletionCreateParams streamed =
        question()
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();
    StringBuilder text = new StringBuilder();
    CompletionUsage[] usage = new CompletionUsage[1];
    try (StreamResponse<ChatCompletionChunk> chunks =
        client.chat().completions().createStreaming(streamed)) {
      chunks.stream()
          .forEach(chunk -> {
            chunk.choices().forEach(choice -> text.append(choice.delta().content().orElse("")));
            chunk.usage().ifPresent(counts -> usage[0] = counts);
          });
    }
    check(text.toString().equals(text(whole)), "a stream has the same text");
    check(
        usage[0] != null
            && usage[0].completionTokens() == whole.usage().orElseThrow().completionTokens(),
        "a stream has the same counts");
  }

  private void seed() {
    String first = text(ask(question().temperature(1).seed(1)));
    check(text(ask(question().temperature(1).seed(1))).equals(first), "the same seed");
    check(!text(ask(question().temperature(1).seed(2))).equals(first), "another seed");
  }

  private void stop() {
    String whole = text(ask(question().temperature(0)));
    int at = whole.indexOf(' ', whole.length() / 2);
    String word = whole.substring(at, Math.min(whole.length(), at + 6));
    ChatCompletion answer = ask(question().temperature(0).stop(word));
    check(text(answer).equals(whole.substring(0, whole.indexOf(word))), "cut before the stop text");
    check(finish(answer).equals("stop"), "and it says so");
  }

  private void maxTokens() {
    ChatCompletion answer = ask(question().maxCompletionTokens(5));
    check(answer.usage().orElseThrow().completionTokens() == 5, "five tokens");
    check(finish(answer).equals("length"), "and it says so");
  }

  private void logprobs() {
    ChatCompletion answer = ask(question().logprobs(true).topLogprobs(3));
    check(text(answer).equals(text(ask(question()))), "they do not change the answer");
    List<ChatCompletionTokenLogprob> tokens =
        answer.choices().getFirst().logprobs().orElseThrow().content().orElseThrow();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (ChatCompletionTokenLogprob token : tokens) {
      token.bytes().orElseThrow().forEach(value -> text.write(value.intValue()));
      check(token.topLogprobs().size() == 3, "three of the likeliest tokens");
      check(token.logprob() <= token.topLogprobs().getFirst().logprob(), "none is likelier");
    }
    check(
        text.toString(StandardCharsets.UTF_8).equals(text(answer)),
        "they are of the answer's text");
    try {
      ask(question().topLogprobs(3));
      throw new AssertionError("top_logprobs without logprobs is refused");
    } catch (BadRequestException e) {
      check(e.param().orElse("").equals("top_logprobs"), e.toString());
    }
  }

  private static ChatCompletionCreateParams.Builder weather() {
    return ChatCompletionCreateParams.builder()
        .model(MODEL)
        .addUserMessage("What is the weather in Paris?")
        .addFunctionTool(
            FunctionDefinition.builder()
                .name("get_weather")
                .description("The weather in a city now.")
                .parameters(
                    FunctionParameters.builder()
                        .putAdditionalProperty("type", JsonValue.from("object"))
                        .putAdditionalProperty(
                            "properties",
                            JsonValue.from(
                                Map.of("city", Map.of("type", "string", "maxLength", 20))))
                        .putAdditionalProperty("required", JsonValue.from(List.of("city")))
                        .build())
                .build())
        .maxCompletionTokens(120)
        .seed(7);
  }

  private void toolCalls() {
    ChatCompletion answer = ask(weather().toolChoice(ChatCompletionToolChoiceOption.Auto.REQUIRED));
    check(finish(answer).equals("tool_calls"), "it ends with a call");
    ChatCompletionMessage message = answer.choices().getFirst().message();
    check(message.content().isEmpty(), "there is no text beside it");
    ChatCompletionMessageFunctionToolCall call =
        message.toolCalls().orElseThrow().getFirst().asFunction();
    check(call.function().name().equals("get_weather"), "of the function");
    check(call.function().arguments(Map.class).containsKey("city"), "with arguments that fit");
    ChatCompletion after =
        ask(
            weather()
                .addMessage(message)
                .addMessage(
                    ChatCompletionToolMessageParam.builder()
                        .toolCallId(call.id())
                        .content("Sunny, 21 degrees.")
                        .build()));
    check(List.of("stop", "length", "tool_calls").contains(finish(after)), "it goes on");
  }

  private void completions() {
    Completion answer =
        client
            .completions()
            .create(
                CompletionCreateParams.builder()
                    .model(MODEL)
                    .prompt("Once upon a time")
                    .maxTokens(12)
                    .temperature(0)
                    .build());
    check(!answer.choices().getFirst().text().isEmpty(), "there is text");
  }

  private void unknownModel() {
    try {
      ask(question().model("gpt-none"));
      throw new AssertionError("an unknown model is refused");
    } catch (NotFoundException e) {
      check(e.code().orElse("").equals("model_not_found"), e.toString());
    }
  }

  private void badKey() {
    OpenAIClient other = OpenAIOkHttpClient.builder().fromEnv().apiKey("sk-wrong").build();
    try {
      other.models().list();
      throw new AssertionError("a wrong key is refused");
    } catch (UnauthorizedException e) {
      check(e.code().orElse("").equals("invalid_api_key"), e.toString());
    } finally {
      other.close();
    }
  }

  private void badParameter() {
    try {
      ask(question().temperature(3));
      throw new AssertionError("a temperature of 3 is refused");
    } catch (BadRequestException e) {
      check(e.param().orElse("").equals("temperature"), e.toString());
    }
  }
}
