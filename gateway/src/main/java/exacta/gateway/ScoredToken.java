package exacta.gateway;

/**
 * A token of an answer, and how likely the model found it and others.
 *
 * @param likeliest the likeliest tokens of its position, the likeliest one first: as many as the
 *     hosts were asked for
 */
record ScoredToken(
    int token, float logProbability, int[] likeliest, float[] likeliestLogProbabilities) {}
