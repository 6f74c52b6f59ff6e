/* The operations of a layer. Spec: arithmetic.md, sections Stripes to Probability. */
#ifndef LAYERS_H
#define LAYERS_H

#include "rope.h"
#include "weights.h"

#define CHUNK 256

/* S1: adds up the partial sums. */
REFERENCE float fold(float *partials) {
  for (int half = 8; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) {
      partials[i] += partials[i + half];
    }
  }
  return partials[0];
}

/* A row of activations in blocks of 32. */
typedef struct {
  int16_t *integers;
  float *scales;
  float *sums;
} quantized;

/* A1: one block. */
REFERENCE void quantize_block(const float *x, int16_t *integers, float *scale, float *sum) {
  float a = 0;
  for (int i = 0; i < 32; i++) {
    float magnitude = x[i] < 0 ? -x[i] : x[i];
    a = magnitude > a || magnitude != magnitude ? magnitude : a;
  }
  if (a < 0x1p-100f) {
    a = 0;
  }
  float inverse = a == 0 ? 0 : 127 / a;
  int total = 0;
  for (int i = 0; i < 32; i++) {
    integers[i] = is_finite(a) ? (int16_t)nearest(x[i] * inverse) : 0;
    total += integers[i];
  }
  *scale = a / 127;
  *sum = *scale * (float)total;
}

REFERENCE void quantize(const float *x, int count, quantized *out) {
  for (int block = 0; block < count / 32; block++) {
    int at = block * 32;
    quantize_block(x + at, out->integers + at, out->scales + block, out->sums + block);
  }
}

REFERENCE int integer_sum_16(const int16_t *w, const int16_t *q) {
  int sum = 0;
  for (int i = 0; i < 16; i++) {
    sum += w[i] * q[i];
  }
  return sum;
}

REFERENCE int integer_sum_32(const int16_t *w, const int16_t *q) {
  int sum = 0;
  for (int i = 0; i < 32; i++) {
    sum += w[i] * q[i];
  }
  return sum;
}

/* P1: what 32 columns add. */
REFERENCE float add_group(
    format type, const group *g, const int16_t *q, float scale, float sum, float acc) {
  if (type == Q6_K) {
    acc = fmaf(g->scales[0] * scale, (float)integer_sum_16(g->integers, q), acc);
    return fmaf(g->scales[1] * scale, (float)integer_sum_16(g->integers + 16, q + 16), acc);
  }
  acc = fmaf(g->scales[0] * scale, (float)integer_sum_32(g->integers, q), acc);
  if (has_minimum(type)) {
    acc = fmaf(fmaf((float)centre_of(type), g->scales[0], g->minimum), sum, acc);
  }
  return acc;
}

/* P1: out[t * stride] for some rows of activations; each group is unpacked once for all of them. */
REFERENCE void row_products(
    const matrix *m, int row, const quantized *x, int tokens, float *out, int stride) {
  for (int t = 0; t < tokens; t++) {
    out[t * (int64_t)stride] = 0;
  }
  for (int number = 0; number < m->cols / 32; number++) {
    group g;
    unpack(m, row, number, &g);
    for (int t = 0; t < tokens; t++) {
      float *acc = out + t * (int64_t)stride;
      *acc = add_group(m->type, &g, x[t].integers + number * 32, x[t].scales[number],
                       x[t].sums[number], *acc);
    }
  }
}

/* P2: products in stripes. */
REFERENCE float plain_product(const matrix *m, int row, const float *x) {
  float partials[16] = {0};
  for (int i = 0; i < m->cols; i++) {
    partials[i % 16] = fmaf(plain(m, row, i), x[i], partials[i % 16]);
  }
  return fold(partials);
}

/* N1; out may be x. */
REFERENCE void rms_norm(const float *x, int count, const float *gain, float epsilon, float *out) {
  float partials[16] = {0};
  for (int i = 0; i < count; i++) {
    partials[i % 16] = fmaf(x[i], x[i], partials[i % 16]);
  }
  float sum = fold(partials);
  float r = is_finite(sum) ? 1 / sqrtf(sum / (float)count + epsilon) : float_of(0x7fc00000);
  for (int i = 0; i < count; i++) {
    out[i] = x[i] * r * gain[i];
  }
}

/* T1: the score of a key. */
REFERENCE float score(const float *query, const uint16_t *key, int size, float scale) {
  float dot = 0;
  for (int d = 0; d < size; d++) {
    dot = fmaf(query[d], widen(key[d]), dot);
  }
  return dot * scale;
}

/* The positions that a head sees, and where their keys and values are: position j's at j * stride. */
typedef struct {
  const uint16_t *keys, *values;
  int64_t stride;
  int first, end, size;
  float scale;
} view;

/* T3: the first position that the query of a position sees; window 0 is none. */
REFERENCE int first_visible(int position, int window) {
  return window > 0 && position >= window ? position - window + 1 : 0;
}

/* T1 to T3: one head. `scores` has room for the positions seen, and `part` for a head. */
REFERENCE void attend(const float *query, const view *v, float *scores, float *part, float *out) {
  float m = 0;
  for (int j = v->first; j < v->end; j++) {
    float x = score(query, v->keys + j * v->stride, v->size, v->scale);
    if (!is_finite(x)) {
      for (int d = 0; d < v->size; d++) {
        out[d] = float_of(0x7fc00000);
      }
      return;
    }
    scores[j - v->first] = x;
    m = j == v->first || x > m ? x : m;
  }
  float denominator = 0;
  for (int d = 0; d < v->size; d++) {
    out[d] = 0;
  }
  for (int start = v->first - v->first % CHUNK; start < v->end; start += CHUNK) {
    float partials[16] = {0};
    for (int d = 0; d < v->size; d++) {
      part[d] = 0;
    }
    for (int j = start > v->first ? start : v->first; j < start + CHUNK && j < v->end; j++) {
      float p = exp_f32(scores[j - v->first] - m);
      partials[j % 16] += p;
      for (int d = 0; d < v->size; d++) {
        part[d] = fmaf(p, widen(v->values[j * v->stride + d]), part[d]);
      }
    }
    denominator += fold(partials);
    for (int d = 0; d < v->size; d++) {
      out[d] += part[d];
    }
  }
  for (int d = 0; d < v->size; d++) {
    out[d] = out[d] / denominator;
  }
}

/* F3: the chosen experts of one position, and what share each has. */
REFERENCE void choose_experts(const float *logits, int count, int used, int *chosen, float *shares) {
  int finite = 1;
  for (int i = 0; i < count; i++) {
    finite &= is_finite(logits[i]);
  }
  for (int j = 0; j < used; j++) {
    chosen[j] = -1;
    for (int i = 0; i < count; i++) {
      int taken = 0;
      for (int before = 0; before < j; before++) {
        taken |= chosen[before] == i;
      }
      if (!taken && (chosen[j] < 0 || logits[i] > logits[chosen[j]])) {
        chosen[j] = i;
      }
    }
  }
  float total = 0;
  for (int j = 0; j < used; j++) {
    shares[j] = finite ? exp_f32(logits[chosen[j]] - logits[chosen[0]]) : float_of(0x7fc00000);
    total += shares[j];
  }
  for (int j = 0; j < used; j++) {
    shares[j] = shares[j] / total;
  }
}

/* F3: adds what one chosen expert says. */
REFERENCE void mix(float share, const float *said, int count, float *out) {
  for (int i = 0; i < count; i++) {
    out[i] = fmaf(share, said[i], out[i]);
  }
}

/* L1 */
REFERENCE float log_probability(const float *logits, int count, int token) {
  float m = logits[0];
  for (int i = 1; i < count; i++) {
    m = logits[i] > m ? logits[i] : m;
  }
  float partials[16] = {0};
  for (int i = 0; i < count; i++) {
    partials[i % 16] += exp_f32(logits[i] - m);
  }
  return logits[token] - m - log_f32(fold(partials));
}

#endif
