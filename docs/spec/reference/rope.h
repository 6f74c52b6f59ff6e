/* How fast the pairs of a head turn. Spec: arithmetic.md, section RoPE. */
#ifndef ROPE_H
#define ROPE_H

#include <stdlib.h>

#include "angles.h"

typedef enum { NO_SCALING, LINEAR, YARN } scaling;

/* What a model's metadata says of it. */
typedef struct {
  float base;
  const float *factors; /* of each pair, or NULL */
  scaling how;
  float factor;
  int context;  /* positions of the original context */
  float length; /* that the model gives besides */
} rope;

/* R1: the frequency of a pair before any scaling. */
REFERENCE double plain_frequency(float base, int head_size, int pair) {
  return pow_f64(base, (-2.0 * pair) / head_size);
}

/* R5: the pair, a fraction in general, that turns n times within the original context. */
REFERENCE float pair_that_turns(const rope *r, int head_size, float n) {
  float turns = (float)r->context / (n * 0x1.921fb6p2f);
  return ((float)head_size * log_f32(turns)) / (2 * log_f32(r->base));
}

REFERENCE float largest(float a, float b) {
  return a > b ? a : b;
}

REFERENCE float smallest(float a, float b) {
  return a < b ? a : b;
}

/* floor and ceil of numbers that fit an int */
REFERENCE float floor_f32(float x) {
  float whole = (float)(int)x;
  return whole > x ? whole - 1 : whole;
}

REFERENCE float ceil_f32(float x) {
  return -floor_f32(-x);
}

/* R1, R3 to R5: f_i of all pairs; returns g. */
static inline float rope_frequencies(const rope *r, int head_size, double *f) {
  float g = 1, e = 1, low = 0, width = 1;
  if (r->how != NO_SCALING) {
    e = 1 / r->factor;
  }
  if (r->how == YARN) {
    low = largest(0, floor_f32(pair_that_turns(r, head_size, 32)));
    float high = smallest((float)(head_size - 1), ceil_f32(pair_that_turns(r, head_size, 1)));
    width = largest(0.001f, high - low);
    g = g * (1 + 0.1f * log_f32(1 / e));
  }
  for (int i = 0; i < head_size / 2; i++) {
    f[i] = plain_frequency(r->base, head_size, i);
    if (r->factors) {
      f[i] = f[i] / r->factors[i];
    }
    if (r->how == LINEAR) {
      f[i] = f[i] * e;
    } else if (r->how == YARN) {
      float k = 1 - smallest(1, largest(0, ((float)i - low) / width));
      float rest = 1 - k;
      f[i] = f[i] * ((double)e * rest + k);
    }
  }
  return g * r->length;
}

/* R1: c and s of an angle. */
REFERENCE void turn(double frequency, int position, float length, float *c, float *s) {
  double angle = position * frequency;
  *c = (float)cos_f64(angle) * length;
  *s = (float)sin_f64(angle) * length;
}

/* R2 */
REFERENCE void rotate(float *x0, float *x1, float c, float s) {
  float y0 = fmaf(*x0, c, -(*x1 * s));
  float y1 = fmaf(*x0, s, *x1 * c);
  *x0 = y0;
  *x1 = y1;
}

#endif
