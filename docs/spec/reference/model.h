/* The forward pass. Spec: generation.md, section Forward. */
#ifndef MODEL_H
#define MODEL_H

#include "hash.h"
#include "layers.h"
#include "shape.h"

/* Positions that are computed together; no bit depends on it. */
#define BATCH 64

/* The cosines and sines of positions, (positions, size / 2). */
typedef struct {
  float *cosines, *sines;
} turns;

/* One sequence: the keys and values of its positions so far, as f16, (layers, positions, key width). */
typedef struct {
  const model *m;
  int positions;
  uint16_t *keys, *values;
  turns global, local;
  float *states; /* (BATCH, width), of the positions computed last */
  int failed;    /* whether a position failed */
} sequence;

static inline turns open_turns(const model *m, const rope *r, int positions) {
  size_t pairs = (size_t)m->size / 2;
  turns out = {floats(positions * pairs), floats(positions * pairs)};
  double *frequencies = room(pairs, sizeof *frequencies);
  float length = rope_frequencies(r, m->size, frequencies);
  for (int p = 0; p < positions; p++) {
    for (size_t i = 0; i < pairs; i++) {
      size_t at = p * pairs + i;
      turn(frequencies[i], p, length, out.cosines + at, out.sines + at);
    }
  }
  free(frequencies);
  return out;
}

static inline void open_sequence(sequence *s, const model *m, int positions) {
  size_t cells = (size_t)m->layers * positions * m->key_heads * m->size;
  s->m = m;
  s->positions = positions;
  s->failed = 0;
  s->keys = room(cells, sizeof *s->keys);
  s->values = room(cells, sizeof *s->values);
  s->states = floats((size_t)BATCH * m->width);
  s->global = open_turns(m, &m->global, positions);
  s->local = open_turns(m, &m->local, m->traits & LOCAL_LAYERS ? positions : 0);
}

static inline void close_sequence(sequence *s) {
  free(s->keys);
  free(s->values);
  free(s->states);
  free(s->global.cosines);
  free(s->global.sines);
  free(s->local.cosines);
  free(s->local.sines);
}

/* out (tokens, rows) = x (tokens, cols) times the transposed matrix. */
static inline void multiply(const matrix *w, const float *x, int tokens, float *out) {
  if (!is_quantized(w->type)) {
    for (int t = 0; t < tokens; t++) {
      for (int row = 0; row < w->rows; row++) {
        out[(int64_t)t * w->rows + row] = plain_product(w, row, x + (int64_t)t * w->cols);
      }
    }
    return;
  }
  quantized q[BATCH];
  size_t cells = (size_t)tokens * w->cols;
  int16_t *integers = room(cells, sizeof *integers);
  float *scales = floats(cells / 16);
  for (int t = 0; t < tokens; t++) {
    q[t].integers = integers + (size_t)t * w->cols;
    q[t].scales = scales + (size_t)t * w->cols / 16;
    q[t].sums = q[t].scales + w->cols / 32;
    quantize(x + (int64_t)t * w->cols, w->cols, q + t);
  }
  for (int row = 0; row < w->rows; row++) {
    row_products(w, row, q, tokens, out + row, w->rows);
  }
  free(integers);
  free(scales);
}

static inline void apply(const product *p, const float *x, int tokens, float *out) {
  multiply(&p->weights, x, tokens, out);
  for (int t = 0; p->bias && t < tokens; t++) {
    for (int row = 0; row < p->weights.rows; row++) {
      out[(int64_t)t * p->weights.rows + row] += p->bias[row];
    }
  }
}

/* Each of some rows; out may be x. Nothing is done without a gain. */
static inline void norm_rows(
    const model *m, const float *x, int rows, int width, const float *gain, float *out) {
  for (int row = 0; gain && row < rows; row++) {
    rms_norm(x + (int64_t)row * width, width, gain, m->epsilon, out + (int64_t)row * width);
  }
}

static inline void rotate_heads(const model *m, const turns *t, float *x, int heads, int position) {
  int pairs = m->size / 2;
  for (int head = 0; head < heads; head++) {
    for (int i = 0; i < pairs; i++) {
      float *x0 = x + head * m->size + (m->traits & ADJACENT ? 2 * i : i);
      float *x1 = x0 + (m->traits & ADJACENT ? 1 : pairs);
      rotate(x0, x1, t->cosines[position * pairs + i], t->sines[position * pairs + i]);
    }
  }
}

static inline int all_finite(const float *x, int count) {
  for (int i = 0; i < count; i++) {
    if (!is_finite(x[i])) {
      return 0;
    }
  }
  return 1;
}

static inline void attention(sequence *s, int n, int count, int first, const float *queries,
                             const float *keys, const float *values, float *out) {
  const model *m = s->m;
  int width = m->key_heads * m->size, window = is_local(m, n) ? m->window : 0;
  int64_t layer_at = (int64_t)n * s->positions * width;
  for (int t = 0; t < count; t++) {
    for (int i = 0; i < width; i++) {
      int64_t at = layer_at + (int64_t)(first + t) * width + i;
      s->keys[at] = narrow(keys[t * width + i]);
      s->values[at] = narrow(values[t * width + i]);
      s->failed |= !is_finite(widen(s->keys[at])) || !is_finite(widen(s->values[at]));
    }
  }
  float *scores = floats((size_t)s->positions), *part = floats((size_t)m->size);
  for (int t = 0; t < count; t++) {
    for (int head = 0; head < m->heads; head++) {
      int64_t at = layer_at + head / (m->heads / m->key_heads) * m->size;
      int64_t query = ((int64_t)t * m->heads + head) * m->size;
      int position = first + t, from = first_visible(position, window);
      view v = {s->keys + at, s->values + at, width, from, position + 1, m->size, m->scale};
      attend(queries + query, &v, scores, part, out + query);
    }
  }
  free(scores);
  free(part);
}

/* Rule 4.1 and 4.2, but for the last addition: what the attention of layer n makes of a. */
static inline void attention_block(
    sequence *s, int n, float *a, int count, int first, float *update) {
  const model *m = s->m;
  const layer *l = m->layer + n;
  const turns *turned = is_local(m, n) ? &s->local : &s->global;
  int queries = m->heads * m->size, keys = m->key_heads * m->size;
  float *q = floats((size_t)count * queries), *attended = floats((size_t)count * queries);
  float *k = floats((size_t)count * keys), *v = floats((size_t)count * keys);
  apply(&l->query, a, count, q);
  apply(&l->key, a, count, k);
  apply(&l->value, a, count, v);
  norm_rows(m, q, count * m->heads, m->size, l->query_norm, q);
  norm_rows(m, k, count * m->key_heads, m->size, l->key_norm, k);
  for (int t = 0; t < count; t++) {
    rotate_heads(m, turned, q + (int64_t)t * queries, m->heads, first + t);
    rotate_heads(m, turned, k + (int64_t)t * keys, m->key_heads, first + t);
  }
  attention(s, n, count, first, q, k, v, attended);
  apply(&l->output, attended, count, update);
  norm_rows(m, update, count, m->width, l->post_attention_norm, update);
  free(q);
  free(k);
  free(v);
  free(attended);
}

/* Rule 4.3: down of what gate and up say together. */
static inline void gated(const model *m, const product *gate, const product *up, const product *down,
                         const float *b, int count, float *out) {
  size_t cells = (size_t)count * m->inner;
  float *g = floats(cells), *u = floats(cells);
  apply(gate, b, count, g);
  apply(up, b, count, u);
  for (size_t i = 0; i < cells; i++) {
    g[i] = (m->traits & GELU ? gelu(g[i]) : silu(g[i])) * u[i];
  }
  apply(down, g, count, out);
  free(g);
  free(u);
}

/* Rule 4.3: one position through the experts that it chooses. */
static inline void expert_block(const model *m, const layer *l, const float *b, float *out) {
  float *logits = floats((size_t)m->experts), *shares = floats((size_t)m->used);
  float *said = floats((size_t)m->width);
  int *chosen = room((size_t)m->used, sizeof *chosen);
  apply(&l->router, b, 1, logits);
  choose_experts(logits, m->experts, m->used, chosen, shares);
  memset(out, 0, sizeof *out * (size_t)m->width);
  for (int j = 0; j < m->used; j++) {
    int e = chosen[j];
    gated(m, l->expert_gates + e, l->expert_ups + e, l->expert_downs + e, b, 1, said);
    mix(shares[j], said, m->width, out);
  }
  free(logits);
  free(shares);
  free(said);
  free(chosen);
}

static inline void feed_forward_block(
    const model *m, const layer *l, const float *b, int count, float *update) {
  if (m->experts == 0) {
    gated(m, &l->gate, &l->up, &l->down, b, count, update);
  }
  for (int t = 0; m->experts > 0 && t < count; t++) {
    expert_block(m, l, b + (int64_t)t * m->width, update + (int64_t)t * m->width);
  }
  norm_rows(m, update, count, m->width, l->post_feed_forward_norm, update);
}

static inline void add(float *x, const float *y, size_t count) {
  for (size_t i = 0; i < count; i++) {
    x[i] += y[i];
  }
}

/* Computes `count` positions from `first` on, at most BATCH. */
static inline void forward(sequence *s, const int *tokens, int count, int first) {
  const model *m = s->m;
  size_t wide = (size_t)count * m->width;
  float *normed = floats(wide), *update = floats(wide);
  for (int t = 0; t < count; t++) {
    decode_row(&m->embedding, tokens[t], s->states + (int64_t)t * m->width);
  }
  for (size_t i = 0; m->traits & SCALED_EMBEDDING && i < wide; i++) {
    s->states[i] *= m->embedding_scale;
  }
  for (int n = 0; n < m->layers; n++) {
    const layer *l = m->layer + n;
    norm_rows(m, s->states, count, m->width, l->attention_norm, normed);
    attention_block(s, n, normed, count, first, update);
    add(s->states, update, wide);
    norm_rows(m, s->states, count, m->width, l->feed_forward_norm, normed);
    feed_forward_block(m, l, normed, count, update);
    add(s->states, update, wide);
  }
  free(normed);
  free(update);
}

/* Rule 5: the states after the final norm, and the logits, of some of the positions computed last. */
static inline void read_out(const sequence *s, int row, int count, float *states, float *logits) {
  const model *m = s->m;
  const float *x = s->states + (int64_t)row * m->width;
  norm_rows(m, x, count, m->width, m->output_norm, states);
  apply(&m->output, states, count, logits);
}

#endif
