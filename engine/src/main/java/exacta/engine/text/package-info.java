/**
 * Between text and tokens: a model's card, its tokenizer, its chat template, and the way back from
 * a stream of tokens to text.
 *
 * <p>Start reading at {@link exacta.engine.text.ModelCard}. All of it works from the card alone, so
 * that a gateway needs no weights. What clients wrote is kept apart from what the template wrote,
 * from the template to the tokens: only the latter can become special tokens. This room computes
 * nothing with a model and knows no network.
 *
 * <p>Tools: a {@link exacta.engine.text.Conversation} carries the functions that a client offers as
 * the JSON objects that it sent, the calls that the assistant made in its turns ({@link
 * exacta.engine.text.ToolCall}; arguments are an object, not a text of JSON), and the results,
 * which are messages of the role {@code tool} with the id of their call. A model whose template
 * says nothing of tools ignores them. {@code ModelCard.chatPrompt(conversation)} gives the prompt,
 * or the template's reason to refuse.
 */
package exacta.engine.text;
