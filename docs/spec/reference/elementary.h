/* Bits of numbers, and functions of one number. Spec: arithmetic.md, sections Ground, Elementary and
 * Feed-forward. Every operation here is one IEEE operation: compile with -ffp-contract=off. */
#ifndef ELEMENTARY_H
#define ELEMENTARY_H

#include <math.h>
#include <stdint.h>
#include <string.h>

/* What every function of the headers is; a CUDA compiler is told to make them for the device too. */
#ifdef __CUDACC__
#define REFERENCE static __host__ __device__
#else
#define REFERENCE static inline
#endif

REFERENCE uint32_t bits_of(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

REFERENCE float float_of(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

REFERENCE uint64_t bits_of_double(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

REFERENCE double double_of(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

REFERENCE int is_finite(float x) {
  return (bits_of(x) & 0x7f800000) != 0x7f800000;
}

/* 2^n for n from -126 to 127. */
REFERENCE float power_of_two(int n) {
  return float_of((uint32_t)(n + 127) << 23);
}

/* G1: f16 to f32, exactly. */
REFERENCE float widen(uint16_t half) {
  uint32_t sign = (uint32_t)(half >> 15) << 31;
  uint32_t exponent = half >> 10 & 31;
  uint32_t fraction = half & 0x3ff;
  if (exponent == 0) { /* zero, or subnormal: fraction * 2^-24 */
    float magnitude = (float)fraction * 0x1p-24f;
    return sign ? -magnitude : magnitude;
  }
  exponent = exponent == 31 ? 255 : exponent + 112;
  return float_of(sign | exponent << 23 | fraction << 13);
}

/* G1: f32 to f16, to nearest even. */
REFERENCE uint16_t narrow(float x) {
  uint32_t bits = bits_of(x);
  uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
  uint32_t magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) {
    return sign | 0x7e00; /* not a number */
  }
  if (magnitude >= 0x477ff000) { /* 65520 and more */
    return sign | 0x7c00;
  }
  int exponent = (int)(magnitude >> 23) - 112; /* of the f16 */
  uint32_t fraction = (magnitude & 0x7fffff) | 0x800000;
  int shift = exponent > 0 ? 13 : 14 - exponent;
  if (shift > 24) {
    return sign; /* below 2^-25, half of the smallest subnormal */
  }
  uint32_t kept = fraction >> shift;
  uint32_t rest = fraction & ((1u << shift) - 1);
  uint32_t half = 1u << (shift - 1);
  kept += rest > half || (rest == half && (kept & 1));
  /* A carry out of the fraction goes into the exponent, as it should. */
  return (uint16_t)(sign | (exponent > 0 ? ((uint32_t)exponent << 10) + kept - 0x400 : kept));
}

/* The nearest integer, half to even, of a number of magnitude below 2^22: an addition rounds it away. */
REFERENCE float nearest(float x) {
  float shifted = x + 0x1.8p23f;
  return shifted - 0x1.8p23f;
}

/* E1 */
REFERENCE float exp_f32(float x) {
  if (x < -104) {
    return 0;
  }
  float n = nearest(x * 0x1.715476p0f);
  float r = fmaf(-n, -0x1.bd0106p-13f, fmaf(-n, 0x1.63p-1f, x));
  float p = 0x1.a01a02p-13f;
  p = fmaf(p, r, 0x1.6c16c2p-10f);
  p = fmaf(p, r, 0x1.111112p-7f);
  p = fmaf(p, r, 0x1.555556p-5f);
  p = fmaf(p, r, 0x1.555556p-3f);
  p = fmaf(p, r, 0.5f);
  p = fmaf(p, r, 1);
  p = fmaf(p, r, 1);
  int whole = (int)n;
  int half = whole >= 0 ? whole / 2 : -((1 - whole) / 2);
  return p * power_of_two(half) * power_of_two(whole - half);
}

/* E2 */
REFERENCE float log_f32(float x) {
  int e = 0;
  if (x < 0x1p-126f) {
    x *= 0x1p24f;
    e = -24;
  }
  uint32_t bits = bits_of(x);
  e += (int)(bits >> 23) - 126;
  float m = float_of((bits & 0x7fffff) | 0x3f000000);
  if (m < 0x1.6a09e6p-1f) {
    m = 2 * m;
    e = e - 1;
  }
  float z = m - 1;
  float q = z * z;
  float p = 7.0376836292e-2f;
  p = fmaf(p, z, -1.1514610310e-1f);
  p = fmaf(p, z, 1.1676998740e-1f);
  p = fmaf(p, z, -1.2420140846e-1f);
  p = fmaf(p, z, 1.4249322787e-1f);
  p = fmaf(p, z, -1.6668057665e-1f);
  p = fmaf(p, z, 2.0000714765e-1f);
  p = fmaf(p, z, -2.4999993993e-1f);
  p = fmaf(p, z, 3.3333331174e-1f);
  float t = fmaf(-0.5f, q, fmaf((float)e, -0x1.bd0106p-13f, z * q * p));
  return fmaf((float)e, 0x1.63p-1f, z + t);
}

/* F1 */
REFERENCE float silu(float x) {
  return x / (1 + exp_f32(-x < 88 ? -x : 88));
}

/* F2 */
REFERENCE float gelu(float x) {
  float v = (-0x1.988454p0f * x) * fmaf(0x1.6e4e26p-5f, x * x, 1);
  return x / (1 + exp_f32(v < 88 ? v : 88));
}

#endif
