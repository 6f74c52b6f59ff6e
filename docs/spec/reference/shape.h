/* A model's sizes and weights, as its file gives them. Spec: generation.md, section Shape. */
#ifndef SHAPE_H
#define SHAPE_H

#include "rope.h"
#include "vocabulary.h"

#define CONTEXT_MAX (1 << 19)
#define NAME_MAX 128

/* Rule 1: what a model of an architecture has besides. */
enum {
  ADJACENT = 1, /* pairs 2i, 2i + 1; others have i, i + size / 2 */
  GELU = 2,
  BIASES_MAY_BE = 4, /* of any product of a layer but those of experts */
  ATTENTION_BIASES = 8,
  FACTORS_MAY_BE = 16,
  EXPERTS_MAY_BE = 32,
  EXPERTS = 64,
  HEAD_NORMS = 128,
  POST_NORMS = 256,
  SCALED_EMBEDDING = 512,
  LOCAL_LAYERS = 1024
};

static const struct {
  const char *name;
  int traits;
} ARCHITECTURES[] = {
    {"llama", ADJACENT | BIASES_MAY_BE | FACTORS_MAY_BE | EXPERTS_MAY_BE},
    {"qwen2", ATTENTION_BIASES},
    {"qwen3", HEAD_NORMS},
    {"qwen3moe", HEAD_NORMS | EXPERTS},
    {"gemma3", GELU | HEAD_NORMS | POST_NORMS | SCALED_EMBEDDING | LOCAL_LAYERS},
};

/* A matrix and, if there is one, what is added to its products. */
typedef struct {
  matrix weights;
  float *bias;
} product;

/* What a model does not have is NULL. */
typedef struct {
  float *attention_norm, *feed_forward_norm;
  product query, key, value, output;
  float *query_norm, *key_norm, *post_attention_norm, *post_feed_forward_norm;
  product gate, up, down;
  product router;
  product *expert_gates, *expert_ups, *expert_downs;
} layer;

typedef struct {
  const char *architecture;
  int traits;
  int width, layers, inner, heads, key_heads, size, context;
  int experts, used;
  int window, pattern;
  float epsilon, scale, embedding_scale;
  rope global, local;
  vocabulary words;
  matrix embedding;
  float *output_norm;
  product output;
  layer *layer;
} model;

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

static inline matrix matrix_of(const gguf *file, const char *name, int rows, int cols) {
  matrix m;
  matrices_of(file, name, 2, 1, rows, cols, &m);
  return m;
}

static inline float *vector_of(const gguf *file, const char *name, int count) {
  matrix m;
  float *out = floats((size_t)count);
  matrices_of(file, name, 1, 1, 1, count, &m);
  if (is_quantized(m.type)) {
    fail("a norm, bias or list of factors has blocks", name);
  }
  decode_row(&m, 0, out);
  return out;
}

static inline void name_of(char *out, int layer, const char *name, const char *end) {
  snprintf(out, NAME_MAX, "blk.%d.%s%s", layer, name, end);
}

static inline float *layer_vector(const gguf *file, int layer, const char *name, int count) {
  char whole[NAME_MAX];
  name_of(whole, layer, name, ".weight");
  return vector_of(file, whole, count);
}

typedef enum { NO_BIAS, MAYBE_BIAS, A_BIAS } biased;

static inline product layer_product(
    const gguf *file, int layer, const char *name, int rows, int cols, biased how) {
  char whole[NAME_MAX];
  product p = {{F32, 0, 0, NULL}, NULL};
  name_of(whole, layer, name, ".weight");
  p.weights = matrix_of(file, whole, rows, cols);
  name_of(whole, layer, name, ".bias");
  if (how == A_BIAS || (how == MAYBE_BIAS && find_tensor(file, whole))) {
    p.bias = vector_of(file, whole, rows);
  }
  return p;
}

static inline product *expert_products(
    const gguf *file, int layer, const char *name, int count, int rows, int cols) {
  char whole[NAME_MAX];
  matrix *all = room((size_t)count, sizeof *all);
  product *out = room((size_t)count, sizeof *out);
  name_of(whole, layer, name, ".weight");
  matrices_of(file, whole, 3, count, rows, cols, all);
  for (int i = 0; i < count; i++) {
    out[i].weights = all[i];
  }
  free(all);
  return out;
}

/* Rule 3 */
static inline layer read_layer(const gguf *file, const model *m, int n) {
  layer l;
  memset(&l, 0, sizeof l);
  int queries = m->heads * m->size, keys = m->key_heads * m->size, width = m->width;
  biased any = m->traits & BIASES_MAY_BE ? MAYBE_BIAS : NO_BIAS;
  biased qkv = m->traits & ATTENTION_BIASES ? A_BIAS : any;
  l.attention_norm = layer_vector(file, n, "attn_norm", width);
  l.query = layer_product(file, n, "attn_q", queries, width, qkv);
  l.key = layer_product(file, n, "attn_k", keys, width, qkv);
  l.value = layer_product(file, n, "attn_v", keys, width, qkv);
  l.output = layer_product(file, n, "attn_output", width, queries, any);
  l.feed_forward_norm = layer_vector(file, n, "ffn_norm", width);
  if (m->traits & HEAD_NORMS) {
    l.query_norm = layer_vector(file, n, "attn_q_norm", m->size);
    l.key_norm = layer_vector(file, n, "attn_k_norm", m->size);
  }
  if (m->traits & POST_NORMS) {
    l.post_attention_norm = layer_vector(file, n, "post_attention_norm", width);
    l.post_feed_forward_norm = layer_vector(file, n, "post_ffw_norm", width);
  }
  if (m->experts > 0) {
    l.router = layer_product(file, n, "ffn_gate_inp", m->experts, width, NO_BIAS);
    l.expert_gates = expert_products(file, n, "ffn_gate_exps", m->experts, m->inner, width);
    l.expert_ups = expert_products(file, n, "ffn_up_exps", m->experts, m->inner, width);
    l.expert_downs = expert_products(file, n, "ffn_down_exps", m->experts, width, m->inner);
  } else {
    l.gate = layer_product(file, n, "ffn_gate", m->inner, width, any);
    l.up = layer_product(file, n, "ffn_up", m->inner, width, any);
    l.down = layer_product(file, n, "ffn_down", width, m->inner, any);
  }
  return l;
}

/* A key under the architecture's name. */
static inline const char *key_of(const model *m, const char *key) {
  static char whole[NAME_MAX];
  snprintf(whole, sizeof whole, "%s.%s", m->architecture, key);
  return whole;
}

static inline int size_of(const gguf *file, const model *m, const char *key) {
  return (int)integer_of(file, key_of(m, key));
}

static inline int size_or(const gguf *file, const model *m, const char *key, int missing) {
  return (int)integer_or(file, key_of(m, key), missing);
}

static inline float number_or(const gguf *file, const model *m, const char *key, float missing) {
  return real_or(file, key_of(m, key), missing);
}

/* Rule 1, of rope: what the layers that are not local do, and what the local ones do. */
static inline void read_rope(const gguf *file, model *m) {
  int trained = size_of(file, m, "context_length");
  const entry *how = find_entry(file, key_of(m, "rope.scaling.type"));
  rope *r = &m->global;
  r->base = number_or(file, m, "rope.freq_base", 10000);
  r->factor = number_or(file, m, "rope.scaling.factor", number_or(file, m, "rope.scale_linear", 1));
  r->context = size_or(file, m, "rope.scaling.original_context_length",
                       trained < 1 << 24 ? trained : 1 << 24);
  r->length = number_or(file, m, "rope.scaling.attn_factor", 1);
  if (!how || same_text(text_of(how), "linear")) {
    r->how = LINEAR;
  } else if (same_text(text_of(how), "yarn")) {
    r->how = YARN;
  } else if (same_text(text_of(how), "none")) {
    r->how = NO_SCALING;
  } else {
    fail("the rope is scaled in a way that the specification does not name", "rope.scaling.type");
  }
  if (m->traits & FACTORS_MAY_BE && find_tensor(file, "rope_freqs.weight")) {
    r->factors = vector_of(file, "rope_freqs.weight", m->size / 2);
  }
  m->local = *r;
  m->local.base = number_or(file, m, "rope.freq_base_swa", 10000);
  m->local.how = NO_SCALING;
}

/* Rule 1: the sizes. */
static inline void read_sizes(const gguf *file, model *m) {
  m->width = size_of(file, m, "embedding_length");
  m->layers = size_of(file, m, "block_count");
  m->heads = size_of(file, m, "attention.head_count");
  m->key_heads = size_or(file, m, "attention.head_count_kv", m->heads);
  m->size = size_or(file, m, "attention.key_length", m->width / m->heads);
  m->context = size_of(file, m, "context_length");
  m->context = m->context < CONTEXT_MAX ? m->context : CONTEXT_MAX;
  m->epsilon = number_or(file, m, "attention.layer_norm_rms_epsilon", 0);
  if (m->traits & (EXPERTS | EXPERTS_MAY_BE)) {
    m->experts = size_or(file, m, "expert_count", 0);
    m->used = size_or(file, m, "expert_used_count", 0);
  }
  m->inner = size_of(file, m, m->traits & EXPERTS ? "expert_feed_forward_length" : "feed_forward_length");
  if (m->traits & LOCAL_LAYERS) {
    m->window = size_of(file, m, "attention.sliding_window");
    m->pattern = size_or(file, m, "attention.sliding_window_pattern", 6);
  }
  int scaled_by = m->traits & LOCAL_LAYERS && m->layers == 62 ? m->width / m->heads : m->size;
  m->scale = 1 / sqrtf((float)scaled_by);
  m->embedding_scale = m->traits & SCALED_EMBEDDING ? (float)sqrt(m->width) : 1;
}

static inline void read_model(model *m, const gguf *file, const char *path) {
  const entry *architecture = find_entry(file, "general.architecture");
  memset(m, 0, sizeof *m);
  for (size_t i = 0; architecture && i < sizeof ARCHITECTURES / sizeof *ARCHITECTURES; i++) {
    if (same_text(text_of(architecture), ARCHITECTURES[i].name)) {
      m->architecture = ARCHITECTURES[i].name;
      m->traits = ARCHITECTURES[i].traits;
    }
  }
  if (!m->architecture) {
    fail("of an architecture that the specification does not name", path);
  }
  read_sizes(file, m);
  read_rope(file, m);
  read_vocabulary(&m->words, file);
  m->embedding = matrix_of(file, "token_embd.weight", m->words.count, m->width);
  m->output_norm = vector_of(file, "output_norm.weight", m->width);
  m->output.weights = find_tensor(file, "output.weight")
                          ? matrix_of(file, "output.weight", m->words.count, m->width)
                          : m->embedding;
  m->layer = room((size_t)m->layers, sizeof *m->layer);
  for (int n = 0; n < m->layers; n++) {
    m->layer[n] = read_layer(file, m, n);
  }
}

/* Rule 4: whether a layer sees a window only. */
static inline int is_local(const model *m, int layer) {
  return m->traits & LOCAL_LAYERS && layer % m->pattern != m->pattern - 1;
}

#endif
