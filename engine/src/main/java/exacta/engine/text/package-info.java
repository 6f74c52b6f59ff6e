/**
 * Between text and tokens: a model's card, its tokenizer, its chat template, and the way back from
 * a stream of tokens to text.
 *
 * <p>Start reading at {@link exacta.engine.text.ModelCard}. All of it works from the card alone, so
 * that a gateway needs no weights. What clients wrote is kept apart from what the template wrote,
 * from the template to the tokens: only the latter can become special tokens. This room computes
 * nothing with a model and knows no network.
 */
package exacta.engine.text;
