/* Matrices as their files hold them. Spec: arithmetic.md, section Weights. */
#ifndef WEIGHTS_H
#define WEIGHTS_H

#include "elementary.h"

/* By the numbers that GGUF gives them. */
typedef enum {
  F32 = 0,
  F16 = 1,
  Q4_0 = 2,
  Q4_1 = 3,
  Q5_0 = 6,
  Q5_1 = 7,
  Q8_0 = 8,
  Q4_K = 12,
  Q5_K = 13,
  Q6_K = 14,
  BF16 = 30
} format;

typedef struct {
  format type;
  int rows, cols;
  const uint8_t *data;
} matrix;

/* 32 neighbours: integers less their centre, the scales of the first and the second 16, which only Q6_K
 * has apart, and the minimum where the format has one. */
typedef struct {
  int16_t integers[32];
  float scales[2];
  float minimum;
} group;

REFERENCE int block_bytes(format type) {
  switch (type) {
    case F32: return 4;
    case F16: case BF16: return 2;
    case Q4_0: return 18;
    case Q4_1: return 20;
    case Q5_0: return 22;
    case Q5_1: return 24;
    case Q8_0: return 34;
    case Q4_K: return 144;
    case Q5_K: return 176;
    case Q6_K: return 210;
  }
  return 0; /* no format */
}

REFERENCE int block_weights(format type) {
  switch (type) {
    case F32: case F16: case BF16: return 1;
    case Q4_K: case Q5_K: case Q6_K: return 256;
    default: return 32;
  }
}

/* Whether activations meet these weights as integers. */
REFERENCE int is_quantized(format type) {
  return block_weights(type) > 1;
}

REFERENCE int has_minimum(format type) {
  return type == Q4_1 || type == Q5_1 || type == Q4_K || type == Q5_K;
}

/* W4 */
REFERENCE int centre_of(format type) {
  switch (type) {
    case Q4_0: case Q4_1: case Q4_K: return 8;
    case Q5_0: case Q5_1: case Q5_K: return 16;
    case Q6_K: return 32;
    default: return 0;
  }
}

REFERENCE int64_t row_bytes(const matrix *m) {
  return (int64_t)(m->cols / block_weights(m->type)) * block_bytes(m->type);
}

REFERENCE uint16_t half_at(const uint8_t *at) {
  return (uint16_t)(at[0] | at[1] << 8);
}

REFERENCE float float_at(const uint8_t *at) {
  return float_of((uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24);
}

/* Where the parts of a block begin. */
typedef struct {
  int scale, minimum, nibbles, fifth;
} places;

REFERENCE places places_of(format type) {
  places p = {0, 2, 0, 0};
  switch (type) {
    case Q4_0: p.nibbles = 2; break;
    case Q4_1: p.nibbles = 4; break;
    case Q5_0: p.fifth = 2; p.nibbles = 6; break;
    case Q5_1: p.fifth = 4; p.nibbles = 8; break;
    case Q4_K: p.nibbles = 16; break;
    case Q5_K: p.fifth = 16; p.nibbles = 48; break;
    case Q6_K: p.scale = 208; break;
    default: break;
  }
  return p;
}

/* W2: the integers of weights `from` to `from` + 31 of a block. */
REFERENCE void unpack_integers(format type, const uint8_t *block, int from, int16_t *out) {
  places p = places_of(type);
  if (type == Q4_0 || type == Q4_1) { /* as below, in a loop that compilers make fast */
    for (int j = 0; j < 16; j++) {
      out[j] = (int16_t)((block[p.nibbles + j] & 15) - 8);
      out[16 + j] = (int16_t)((block[p.nibbles + j] >> 4) - 8);
    }
    return;
  }
  int run = type == Q6_K ? 64 : block_weights(type) == 256 ? 32 : 16;
  for (int j = 0; j < 32; j++) {
    int i = from + j;
    if (type == Q8_0) {
      out[j] = (int8_t)block[2 + i];
      continue;
    }
    int both = block[p.nibbles + i / (2 * run) * run + i % run];
    int n = i % (2 * run) < run ? both & 15 : both >> 4;
    if (type == Q5_0 || type == Q5_1) {
      n += (block[p.fifth + i / 8] >> i % 8 & 1) * 16;
    } else if (type == Q5_K) {
      n += (block[p.fifth + i % 32] >> i / 32 & 1) * 16;
    } else if (type == Q6_K) {
      n += (block[128 + i / 128 * 32 + i % 32] >> i % 128 / 32 * 2 & 3) * 16;
    }
    out[j] = (int16_t)(n - centre_of(type));
  }
}

/* W3, for part j of a block of 256. */
REFERENCE void scale_group(format type, const uint8_t *block, int j, group *out) {
  if (type == Q6_K) {
    for (int half = 0; half < 2; half++) {
      out->scales[half] *= (float)(int8_t)block[192 + 2 * j + half];
    }
  } else if (block_weights(type) == 256) {
    const uint8_t *b = block + 4;
    int f = j < 4 ? b[j] % 64 : b[j + 4] % 16 + b[j - 4] / 64 * 16;
    int g = j < 4 ? b[j + 4] % 64 : b[j + 4] / 16 + b[j] / 64 * 16;
    out->scales[0] *= (float)f;
    out->scales[1] = out->scales[0];
    out->minimum = -(out->minimum * (float)g);
  }
}

/* W1 to W3: 32 neighbours of a row of a quantized format. */
REFERENCE void unpack(const matrix *m, int row, int number, group *out) {
  int parts = block_weights(m->type) / 32;
  const uint8_t *block =
      m->data + row * row_bytes(m) + (int64_t)(number / parts) * block_bytes(m->type);
  places p = places_of(m->type);
  out->scales[0] = out->scales[1] = widen(half_at(block + p.scale));
  out->minimum = has_minimum(m->type) ? widen(half_at(block + p.minimum)) : 0;
  unpack_integers(m->type, block, number % parts * 32, out->integers);
  scale_group(m->type, block, number % parts, out);
}

/* The weight of a format without blocks. */
REFERENCE float plain(const matrix *m, int row, int col) {
  const uint8_t *at = m->data + row * row_bytes(m) + (int64_t)col * block_bytes(m->type);
  switch (m->type) {
    case F32: return float_at(at);
    case F16: return widen(half_at(at));
    default: return float_of((uint32_t)half_at(at) << 16);
  }
}

/* W4: a row as floats. */
REFERENCE void decode_row(const matrix *m, int row, float *out) {
  if (!is_quantized(m->type)) {
    for (int i = 0; i < m->cols; i++) {
      out[i] = plain(m, row, i);
    }
    return;
  }
  for (int number = 0; number < m->cols / 32; number++) {
    group g;
    unpack(m, row, number, &g);
    for (int i = 0; i < 32; i++) {
      out[number * 32 + i] =
          has_minimum(m->type)
              ? fmaf(g.scales[0], (float)(g.integers[i] + centre_of(m->type)), g.minimum)
              : g.scales[i / 16] * (float)g.integers[i];
    }
  }
}

#endif
