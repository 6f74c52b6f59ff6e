/* The forward pass. Spec: generation.md, sections Shape and Forward. */
#ifndef MODEL_H
#define MODEL_H

#include "gguf.h"
#include "hash.h"
#include "layers.h"

/* Positions that are computed together; no bit depends on it. */
#define BATCH 64

typedef struct {
  float *attention_norm, *feed_forward_norm;
  matrix query, key, value, output, gate, up, down;
} layer;

typedef struct {
  int width, layers, inner, heads, key_heads, size, vocabulary, context;
  float epsilon, base, scale;
  matrix embedding, output;
  float *output_norm;
  layer *layer;
  int ends[64]; /* tokens that end an answer */
  int end_count;
} model;

/* One sequence: the keys and values of its positions so far, as f16, (layers, positions, key width). */
typedef struct {
  const model *m;
  int positions;
  uint16_t *keys, *values;
  float *cosines, *sines; /* (positions, size / 2) */
  float *states;          /* (BATCH, width), of the positions computed last */
  int failed;             /* whether a position failed */
} sequence;

static inline void *room(size_t count, size_t size) {
  void *out = calloc(count + 1, size);
  if (!out) {
    fail("not enough memory", "use a smaller model");
  }
  return out;
}

static inline float *floats(size_t count) {
  return room(count, sizeof(float));
}

static inline float *vector_of(const gguf *file, const char *name, int count) {
  matrix m = matrix_of(file, name, 1, count);
  float *out = floats((size_t)count);
  if (m.type != F32) {
    fail("a norm is not F32", name);
  }
  decode_row(&m, 0, out);
  return out;
}

static inline matrix layer_matrix(const gguf *file, int number, const char *name, int rows, int cols) {
  char whole[64];
  snprintf(whole, sizeof whole, "blk.%d.%s.weight", number, name);
  return matrix_of(file, whole, rows, cols);
}

static inline float *layer_vector(const gguf *file, int number, const char *name, int count) {
  char whole[64];
  snprintf(whole, sizeof whole, "blk.%d.%s.weight", number, name);
  return vector_of(file, whole, count);
}

static inline layer read_layer(const gguf *file, const model *m, int n) {
  layer l;
  int queries = m->heads * m->size, keys = m->key_heads * m->size;
  l.attention_norm = layer_vector(file, n, "attn_norm", m->width);
  l.query = layer_matrix(file, n, "attn_q", queries, m->width);
  l.key = layer_matrix(file, n, "attn_k", keys, m->width);
  l.value = layer_matrix(file, n, "attn_v", keys, m->width);
  l.output = layer_matrix(file, n, "attn_output", m->width, queries);
  l.feed_forward_norm = layer_vector(file, n, "ffn_norm", m->width);
  l.gate = layer_matrix(file, n, "ffn_gate", m->inner, m->width);
  l.up = layer_matrix(file, n, "ffn_up", m->inner, m->width);
  l.down = layer_matrix(file, n, "ffn_down", m->width, m->inner);
  return l;
}

/* models.md, section Card: the tokens that end an answer. */
static inline void read_ends(const gguf *file, model *m) {
  static const char *keys[] = {"tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id",
                               "tokenizer.ggml.eom_token_id"};
  static const char *names[] = {"<|endoftext|>", "<|im_end|>", "<|eot_id|>", "<|eom_id|>",
                                "<|end_of_text|>", "<|end|>", "<|return|>", "<end_of_turn>"};
  const entry *tokens = find_entry(file, "tokenizer.ggml.tokens");
  const entry *types = find_entry(file, "tokenizer.ggml.token_type");
  for (int i = 0; i < 3; i++) {
    if (find_entry(file, keys[i])) {
      m->ends[m->end_count++] = (int)integer_of(file, keys[i]);
    }
  }
  const uint8_t *at = tokens->value;
  for (uint64_t id = 0; types && id < tokens->count; id++) {
    text name = {whole_at(at, 8), at + 8};
    at += 8 + name.length;
    for (int i = 0; i < 8 && m->end_count < 64; i++) {
      if (whole_at(types->value + 4 * id, 4) == 3 && same_text(name, names[i])) {
        m->ends[m->end_count++] = (int)id;
      }
    }
  }
}

static inline void open_model(model *m, const char *path) {
  gguf *file = room(1, sizeof *file);
  open_gguf(file, path);
  const entry *architecture = find_entry(file, "general.architecture");
  if (!architecture || !same_text((text){whole_at(architecture->value, 8), architecture->value + 8}, "llama")) {
    fail("not of the llama architecture", path);
  }
  memset(m, 0, sizeof *m);
  m->width = (int)integer_of(file, "llama.embedding_length");
  m->layers = (int)integer_of(file, "llama.block_count");
  m->inner = (int)integer_of(file, "llama.feed_forward_length");
  m->heads = (int)integer_of(file, "llama.attention.head_count");
  m->key_heads = (int)integer_or(file, "llama.attention.head_count_kv", m->heads);
  m->size = (int)integer_or(file, "llama.attention.key_length", m->width / m->heads);
  m->context = (int)integer_of(file, "llama.context_length");
  m->epsilon = real_or(file, "llama.attention.layer_norm_rms_epsilon", 0);
  m->base = real_or(file, "llama.rope.freq_base", 10000);
  m->scale = 1 / sqrtf((float)m->size);
  const entry *tokens = find_entry(file, "tokenizer.ggml.tokens");
  if (!tokens) {
    fail("the GGUF file has no vocabulary", path);
  }
  m->vocabulary = (int)tokens->count;
  read_ends(file, m);
  m->embedding = matrix_of(file, "token_embd.weight", m->vocabulary, m->width);
  m->output_norm = vector_of(file, "output_norm.weight", m->width);
  m->output = find_tensor(file, "output.weight")
                  ? matrix_of(file, "output.weight", m->vocabulary, m->width)
                  : m->embedding;
  m->layer = room((size_t)m->layers, sizeof *m->layer);
  for (int n = 0; n < m->layers; n++) {
    m->layer[n] = read_layer(file, m, n);
  }
}

static inline void open_sequence(sequence *s, const model *m, int positions) {
  size_t pairs = (size_t)m->size / 2, cells = (size_t)m->layers * positions * m->key_heads * m->size;
  s->m = m;
  s->positions = positions;
  s->failed = 0;
  s->keys = room(cells, sizeof *s->keys);
  s->values = room(cells, sizeof *s->values);
  s->states = floats((size_t)BATCH * m->width);
  s->cosines = floats(positions * pairs);
  s->sines = floats(positions * pairs);
  for (int i = 0; i < (int)pairs; i++) {
    double frequency = pow_f64(m->base, (-2.0 * i) / m->size);
    for (int p = 0; p < positions; p++) {
      s->cosines[p * pairs + i] = (float)cos_f64(p * frequency);
      s->sines[p * pairs + i] = (float)sin_f64(p * frequency);
    }
  }
}

static inline void close_sequence(sequence *s) {
  free(s->keys);
  free(s->values);
  free(s->states);
  free(s->cosines);
  free(s->sines);
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

static inline void rotate_heads(const sequence *s, float *x, int heads, int position) {
  int pairs = s->m->size / 2;
  for (int head = 0; head < heads; head++) {
    for (int i = 0; i < pairs; i++) {
      float *pair = x + head * s->m->size + 2 * i;
      rotate(pair, pair + 1, s->cosines[position * pairs + i], s->sines[position * pairs + i]);
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
  int width = m->key_heads * m->size;
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
      view v = {s->keys + at, s->values + at, width, 0, first + t + 1, m->size, m->scale};
      attend(queries + query, &v, scores, part, out + query);
    }
  }
  free(scores);
  free(part);
}

/* Computes `count` positions from `first` on, at most BATCH. */
static inline void forward(sequence *s, const int *tokens, int count, int first) {
  const model *m = s->m;
  int queries = m->heads * m->size, keys = m->key_heads * m->size;
  size_t widest = (size_t)(m->inner > queries ? m->inner : queries), wide = (size_t)count * m->width;
  float *normed = floats(wide), *update = floats(wide);
  float *q = floats(count * widest), *k = floats(count * widest), *v = floats(count * widest);
  float *attended = floats((size_t)count * queries);
  for (int t = 0; t < count; t++) {
    decode_row(&m->embedding, tokens[t], s->states + (int64_t)t * m->width);
  }
  for (int n = 0; n < m->layers; n++) {
    const layer *l = m->layer + n;
    for (int t = 0; t < count; t++) {
      int64_t at = (int64_t)t * m->width;
      rms_norm(s->states + at, m->width, l->attention_norm, m->epsilon, normed + at);
    }
    multiply(&l->query, normed, count, q);
    multiply(&l->key, normed, count, k);
    multiply(&l->value, normed, count, v);
    for (int t = 0; t < count; t++) {
      rotate_heads(s, q + (int64_t)t * queries, m->heads, first + t);
      rotate_heads(s, k + (int64_t)t * keys, m->key_heads, first + t);
    }
    attention(s, n, count, first, q, k, v, attended);
    multiply(&l->output, attended, count, update);
    for (size_t i = 0; i < wide; i++) {
      s->states[i] += update[i];
    }
    for (int t = 0; t < count; t++) {
      int64_t at = (int64_t)t * m->width;
      rms_norm(s->states + at, m->width, l->feed_forward_norm, m->epsilon, normed + at);
    }
    multiply(&l->gate, normed, count, q);
    multiply(&l->up, normed, count, k);
    for (size_t i = 0; i < (size_t)count * m->inner; i++) {
      q[i] = silu(q[i]) * k[i];
    }
    multiply(&l->down, q, count, update);
    for (size_t i = 0; i < wide; i++) {
      s->states[i] += update[i];
    }
  }
  for (int t = 0; t < count; t++) {
    s->failed |= !all_finite(s->states + (int64_t)t * m->width, m->width);
  }
  free(normed);
  free(update);
  free(q);
  free(k);
  free(v);
  free(attended);
}

/* The states after the final norm, and the logits, of some of the positions computed last. */
static inline void read_out(const sequence *s, int row, int count, float *states, float *logits) {
  const model *m = s->m;
  for (int t = 0; t < count; t++) {
    const float *x = s->states + (int64_t)(row + t) * m->width;
    rms_norm(x, m->width, m->output_norm, m->epsilon, states + (int64_t)t * m->width);
  }
  multiply(&m->output, states, count, logits);
}

#endif
