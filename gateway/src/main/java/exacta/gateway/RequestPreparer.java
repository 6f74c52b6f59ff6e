package exacta.gateway;

import com.google.protobuf.ByteString;
import exacta.engine.grammar.Grammar;
import exacta.engine.text.ChatPrompt;
import exacta.engine.text.ModelCard;
import exacta.primitives.Digest32;
import exacta.primitives.Entropy;
import exacta.primitives.Hasher;
import exacta.protocol.Tokens;
import exacta.protocol.v1.InferenceRequest;
import exacta.protocol.v1.TokenBias;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

/** Turns what a client wants into a request to hosts: finds the model, counts tokens, checks. */
final class RequestPreparer {
  private final SessionKeeper keeper;
  private final ModelCards cards;
  private final Entropy entropy;
  private final int answerTokensDefault;

  RequestPreparer(
      SessionKeeper keeper, ModelCards cards, Entropy entropy, int answerTokensDefault) {
    this.keeper = keeper;
    this.cards = cards;
    this.entropy = entropy;
    this.answerTokensDefault = answerTokensDefault;
  }

  AnswerJob prepare(ClientRequest request) throws ApiException {
    MarketView market = keeper.market();
    if (market.height() == 0) {
      throw ApiException.nobody("The gateway has not seen the chain yet; try again soon.");
    }
    Listing listing = listing(market, request.model());
    List<Seller> sellers = market.sellersOf(listing.root());
    if (sellers.isEmpty()) {
      throw ApiException.nobody("No host sells this model now.");
    }
    ModelCard card =
        cards
            .get(listing, sellers)
            .orElseThrow(() -> ApiException.nobody("No host has shown the model's card yet."));
    int[] prompt = prompt(card, request.prompt());
    checkBias(card, request.sampling().getBiasList());
    int context =
        sellers.stream()
            .mapToInt(seller -> seller.offer(listing.root()).orElseThrow().contextLength())
            .max()
            .orElse(0);
    int maxTokens = maxTokens(request, prompt.length, Math.min(context, card.contextLength()));
    return new AnswerJob(
        listing,
        card,
        inference(listing, request, prompt, maxTokens, schema(card, request)),
        request.onlyHost(),
        marks(card, request.prompt()));
  }

  /** Which texts the answer may be: those that the client wants, or calls. */
  private static String schema(ModelCard card, ClientRequest request) throws ApiException {
    if (!(request.prompt() instanceof ClientPrompt.Chat chat) || !chat.toolbox().isForced()) {
      return request.sampling().getSchema();
    }
    String schema = ForcedCall.schema(ToolForm.of(card), chat.toolbox().forced());
    try {
      Grammar.ofSchema(schema);
      return schema;
    } catch (IllegalArgumentException e) {
      throw ApiException.invalid(
          "tools",
          "The functions' schemas are too much together: " + Texts.shortened(e.getMessage(), 300));
    }
  }

  /** The control tokens that mark calls in an answer which may have some. */
  private static SortedMap<Integer, String> marks(ModelCard card, ClientPrompt prompt) {
    return prompt instanceof ClientPrompt.Chat chat && !chat.toolbox().isEmpty()
        ? ToolForm.of(card).marks(card.tokenizer())
        : Collections.emptySortedMap();
  }

  private static Listing listing(MarketView market, String name) throws ApiException {
    return market
        .listing(name)
        .orElseThrow(() -> ApiException.modelNotFound(Texts.shortened(name, 100)));
  }

  private static int[] prompt(ModelCard card, ClientPrompt prompt) throws ApiException {
    int[] tokens =
        switch (prompt) {
          case ClientPrompt.Text text -> card.completionPrompt(text.text());
          case ClientPrompt.Tokens ids -> ids.ids();
          case ClientPrompt.Chat chat ->
              switch (card.chatPrompt(
                  ToolConversation.of(ToolForm.of(card), chat.messages(), chat.toolbox()))) {
                case ChatPrompt.Tokens ids -> ids.ids();
                case ChatPrompt.Refused refused ->
                    throw ApiException.invalid(
                        "messages",
                        "The model does not take these messages: "
                            + Texts.shortened(refused.reason(), 200));
              };
        };
    for (int token : tokens) {
      if (token >= card.vocabularySize()) {
        throw ApiException.invalid("prompt", "The model has no token %d.".formatted(token));
      }
    }
    if (tokens.length == 0) {
      throw ApiException.invalid("prompt", "The prompt is empty.");
    }
    return tokens;
  }

  private static void checkBias(ModelCard card, List<TokenBias> biases) throws ApiException {
    for (TokenBias bias : biases) {
      if (bias.getToken() >= card.vocabularySize()) {
        throw ApiException.invalid(
            "logit_bias", "The model has no token %d.".formatted(bias.getToken()));
      }
    }
  }

  private int maxTokens(ClientRequest request, int promptCount, int context) throws ApiException {
    int room = context - promptCount;
    int wanted = request.maxTokens().orElse(Math.min(answerTokensDefault, Math.max(1, room)));
    if (wanted > room) {
      String param = request.prompt() instanceof ClientPrompt.Chat ? "messages" : "prompt";
      throw ApiException.tooLong(
          param,
          ("This model's maximum context length is %d tokens. However, you requested %d tokens"
                  + " (%d in the %s, %d in the completion).")
              .formatted(context, (long) promptCount + wanted, promptCount, param, wanted));
    }
    return wanted;
  }

  private InferenceRequest inference(
      Listing listing, ClientRequest request, int[] prompt, int maxTokens, String schema) {
    Digest32 seed =
        request
            .seed()
            .map(number -> Hasher.of("seed").integer(number).finish())
            .orElseGet(() -> Digest32.of(entropy.bytes(Digest32.BYTES)));
    return InferenceRequest.newBuilder()
        .setModel(ByteString.copyFrom(listing.root().toBytes()))
        .addAllPrompt(Tokens.list(prompt))
        .setParameters(request.sampling().toBuilder().setMaxTokens(maxTokens).setSchema(schema))
        .setSeed(ByteString.copyFrom(seed.toBytes()))
        .build();
  }
}
