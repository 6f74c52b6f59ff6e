/* Which token follows. Spec: generation.md, section Sampler. */
#ifndef SAMPLER_H
#define SAMPLER_H

#include <stdlib.h>

#include "elementary.h"

/* Philox4x32-10: the four words for a key and a counter. */
static inline void philox(const uint32_t key[2], const uint32_t counter[4], uint32_t out[4]) {
  uint32_t k0 = key[0], k1 = key[1];
  memcpy(out, counter, 16);
  for (int round = 0; round < 10; round++) {
    uint64_t a = (uint64_t)0xD2511F53 * out[0], b = (uint64_t)0xCD9E8D57 * out[2];
    out[0] = (uint32_t)(b >> 32) ^ out[1] ^ k0;
    out[1] = (uint32_t)b;
    out[2] = (uint32_t)(a >> 32) ^ out[3] ^ k1;
    out[3] = (uint32_t)a;
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
}

/* PRNG(key, position) */
static inline uint32_t random_word(const uint8_t key[32], uint64_t position) {
  uint32_t word[4], counter[4], out[4];
  for (int i = 0; i < 4; i++) {
    const uint8_t *b = key + 4 * i;
    word[i] = (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
  }
  counter[0] = (uint32_t)position;
  counter[1] = (uint32_t)(position >> 32);
  counter[2] = word[2];
  counter[3] = word[3];
  philox(word, counter, out);
  return out[0];
}

/* The parameters; see sampling_off for the values at which they are off. */
typedef struct {
  float temperature;
  int top_k;
  float top_p, min_p;
  float repetition, presence, frequency;
} sampling;

static const sampling sampling_off = {0, 0, 1, 0, 1, 0, 0};

/* Rule 9, penalties: `seen` are the tokens of prompt and answer so far. */
static inline void penalize(const sampling *how, const int *seen, int seen_count, float *logits, int count) {
  if (how->repetition == 1 && how->presence == 0 && how->frequency == 0) {
    return;
  }
  int *times = calloc((size_t)count, sizeof *times);
  for (int i = 0; i < seen_count; i++) {
    times[seen[i]]++;
  }
  for (int i = 0; i < count; i++) {
    if (times[i] > 0) {
      float x = logits[i];
      x = x > 0 ? x / how->repetition : x * how->repetition;
      logits[i] = x - ((float)times[i] * how->frequency + how->presence);
    }
  }
  free(times);
}

typedef struct {
  float value;
  int id;
} candidate;

static inline int by_value_then_id(const void *left, const void *right) {
  const candidate *a = left, *b = right;
  if (a->value != b->value) {
    return a->value > b->value ? -1 : 1;
  }
  return a->id < b->id ? -1 : 1;
}

static inline int largest_of(const float *logits, int count) {
  int best = 0;
  for (int i = 1; i < count; i++) {
    best = logits[i] > logits[best] ? i : best;
  }
  return best;
}

/* Rules 10 and 11: the token for a position, from logits that rule 9 has changed; -1 if a logit divided by the temperature is not finite. */
static inline int choose(const sampling *how, const uint8_t key[32], const float *logits, int count,
                         uint64_t position) {
  if (how->temperature == 0) {
    return largest_of(logits, count);
  }
  candidate *order = malloc((size_t)count * sizeof *order);
  float *sums = malloc((size_t)count * sizeof *sums);
  int token = -1, finite = 1;
  for (int i = 0; i < count; i++) {
    order[i].value = logits[i] / how->temperature;
    order[i].id = i;
    finite &= is_finite(order[i].value);
  }
  if (finite) {
    qsort(order, (size_t)count, sizeof *order, by_value_then_id);
    int kept = how->top_k > 0 && how->top_k < count ? how->top_k : count;
    int likely = 0; /* those before the first that is too unlikely */
    float sum = 0;
    for (int i = 0; i < kept; i++) {
      float p = exp_f32(order[i].value - order[0].value);
      likely += likely == i && p >= how->min_p;
      sum += p;
      sums[i] = sum;
    }
    if (how->top_p < 1) {
      float bound = how->top_p * sums[kept - 1];
      int last = 0;
      while (last < kept - 1 && !(sums[last] >= bound)) {
        last++;
      }
      kept = last + 1;
    }
    kept = likely < kept ? likely : kept;
    float u = (float)(random_word(key, position) >> 8) * 0x1p-24f * sums[kept - 1];
    int at = 0;
    while (at < kept - 1 && !(sums[at] > u)) {
      at++;
    }
    token = order[at].id;
  }
  free(sums);
  free(order);
  return token;
}

#endif
