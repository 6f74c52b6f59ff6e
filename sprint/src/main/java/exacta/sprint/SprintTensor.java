package exacta.sprint;

/** The matrices of a layer; the ordinal is part of the generator's counter. */
enum SprintTensor {
  QUERY,
  KEY,
  VALUE,
  OUTPUT,
  GATE,
  UP,
  DOWN;

  int rows(SprintShape shape) {
    return this == GATE || this == UP ? shape.feedForward() : shape.dim();
  }

  int cols(SprintShape shape) {
    return this == DOWN ? shape.feedForward() : shape.dim();
  }
}
