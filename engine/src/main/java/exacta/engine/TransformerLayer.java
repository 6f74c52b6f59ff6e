package exacta.engine;

/** One layer: both parts add to the state, one after the other. */
record TransformerLayer(AttentionBlock attention, FeedForward feedForward) {}
