package exacta.engine;

/**
 * What somebody says the answer to a request is.
 *
 * @param tokens those after what was had; any numbers
 * @param cut whether the answer is claimed to have been cut after them
 */
public record Claim(AnswerRequest request, int[] tokens, boolean cut) {}
