/* Cosines and sines of the rope angles, in binary64, as fdlibm computes them. Spec: arithmetic.md, rules
 * E3 and E4. There is no fma in here. */
#ifndef ANGLES_H
#define ANGLES_H

#include "elementary.h"

REFERENCE uint32_t high(double x) {
  return (uint32_t)(bits_of_double(x) >> 32);
}

REFERENCE double of_high(uint32_t high_word) {
  return double_of((uint64_t)high_word << 32);
}

REFERENCE double top(double x) {
  return of_high(high(x));
}

/* E3: 1 <= x < 2^128, -1 < y <= 0 */
REFERENCE double pow_f64(double x, double y) {
  if (y == 0 || x == 1) {
    return 1;
  }
  int n = (int)(high(x) >> 20) - 1023;
  double m = double_of((bits_of_double(x) & 0xfffffffffffff) | (uint64_t)1023 << 52);
  uint32_t f = high(m) & 0xfffff;
  uint32_t k = f > 0x3988e && f < 0xbb67a;
  if (f >= 0xbb67a) {
    m = m / 2;
    n = n + 1;
  }
  double b = k ? 1.5 : 1, dh = k ? 0x1.2b8034p-1 : 0, dl = k ? 0x1.cfdeb43cfd006p-27 : 0;
  double u = m - b, v = 1 / (m + b), s = u * v, sh = top(s);
  double th = of_high(((high(m) >> 1) | 0x20000000) + 0x80000 + (k << 18));
  double tl = m - (th - b);
  double sl = v * ((u - sh * th) - sh * tl);
  double q = s * s;
  double r = q * 0x1.a7e284a454eefp-3;
  r = q * (0x1.d864a93c9db65p-3 + r);
  r = q * (0x1.17460a91d4101p-2 + r);
  r = q * (0x1.55555518f264dp-2 + r);
  r = q * (0x1.b6db6db6fabffp-2 + r);
  r = (q * q) * (0x1.3333333333303p-1 + r);
  r = r + sl * (sh + s);
  double g = sh * sh;
  th = top(3 + g + r);
  tl = r - ((th - 3) - g);
  u = sh * th;
  v = sl * th + tl * s;
  double ph = top(u + v), pl = v - (ph - u);
  double zh = 0x1.ec709ep-1 * ph;
  double zl = (-0x1.e2fe0145b01f5p-28 * ph + pl * 0x1.ec709dc3a03fdp-1) + dl;
  double t1 = top(((zh + zl) + dh) + n), t2 = zl - (((t1 - n) - dh) - zh);
  double y1 = top(y);
  pl = (y - y1) * t1 + y * t2;
  ph = y1 * t1;
  double z = pl + ph;
  int i = 0;
  if ((high(z) & 0x7fffffff) > 0x3fe00000) {
    i = z < 0 ? -(int)(-z + 0.5) : (int)(z + 0.5);
  }
  ph = ph - i;
  double t = top(pl + ph);
  u = t * 0x1.62e43p-1;
  v = (pl - (t - ph)) * 0x1.62e42fefa39efp-1 + t * -0x1.05c610ca86c39p-29;
  z = u + v;
  double w = v - (z - u);
  t = z * z;
  double p = t * 0x1.6376972bea4d0p-25;
  p = t * (-0x1.bbd41c5d26bf1p-20 + p);
  p = t * (0x1.1566aaf25de2cp-14 + p);
  p = t * (-0x1.6c16c16bebd93p-9 + p);
  p = t * (0x1.555555555553ep-3 + p);
  t1 = z - p;
  r = (z * t1) / (t1 - 2) - (w + z * w);
  return (1 - (r - z)) * of_high((uint32_t)(1023 + i) << 20);
}

typedef struct {
  long quarters;
  double y0, y1;
  int has_tail; /* whether there is a y1 */
} reduced;

REFERENCE int exponent_of(double x) {
  return (int)(high(x) >> 20 & 0x7ff);
}

/* E4: 0 <= x < 2^19, less some quarters of a turn */
REFERENCE reduced reduce(double x) {
  const double a = 0x1.921fb544p0, at = 0x1.0b4611a626331p-34;
  const double b = 0x1.0b4611a6p-34, bt = 0x1.3198a2e037073p-69;
  const double c = 0x1.3198a2ep-69, ct = 0x1.b839a252049c1p-104;
  reduced out = {0, x, 0, 0};
  if (high(x) <= 0x3fe921fb) {
    return out;
  }
  out.has_tail = 1;
  if (high(x) < 0x4002d97c) {
    double z = x - a;
    double tail = at;
    if (high(x) == 0x3ff921fb) {
      z = z - b;
      tail = bt;
    }
    out.quarters = 1;
    out.y0 = z - tail;
    out.y1 = (z - out.y0) - tail;
    return out;
  }
  long quarters = (long)(x * 0x1.45f306dc9c883p-1 + 0.5); /* floor, since it is positive */
  double q = (double)quarters;
  double r = x - q * a, w = q * at, y0 = r - w;
  if (quarters >= 32 || high(x) == high(q * 0x1.921fb54442d18p0)) {
    if (exponent_of(x) - exponent_of(y0) > 16) {
      double t = r;
      w = q * b;
      r = t - w;
      w = q * bt - ((t - r) - w);
      y0 = r - w;
      if (exponent_of(x) - exponent_of(y0) > 49) {
        t = r;
        w = q * c;
        r = t - w;
        w = q * ct - ((t - r) - w);
        y0 = r - w;
      }
    }
  }
  out.quarters = quarters;
  out.y0 = y0;
  out.y1 = (r - y0) - w;
  return out;
}

REFERENCE double sine_part(reduced x) {
  double y0 = x.y0, y1 = x.y1;
  if ((high(y0) & 0x7fffffff) < 0x3e400000) {
    return y0;
  }
  double z = y0 * y0, v = z * y0;
  double r = z * 0x1.5d93a5acfd57cp-33;
  r = z * (-0x1.ae5e68a2b9cebp-26 + r);
  r = z * (0x1.71de357b1fe7dp-19 + r);
  r = z * (-0x1.a01a019c161d5p-13 + r);
  r = 0x1.111111110f8a6p-7 + r;
  const double s1 = -0x1.5555555555549p-3;
  return x.has_tail ? y0 - ((z * (0.5 * y1 - v * r) - y1) - v * s1) : y0 + v * (s1 + z * r);
}

REFERENCE double cosine_part(reduced x) {
  double y0 = x.y0, y1 = x.y1;
  uint32_t h = high(y0) & 0x7fffffff;
  if (h < 0x3e400000) {
    return 1;
  }
  double z = y0 * y0;
  double r = z * -0x1.8fae9be8838d4p-37;
  r = z * (0x1.1ee9ebdb4b1c4p-29 + r);
  r = z * (-0x1.27e4f809c52adp-22 + r);
  r = z * (0x1.a01a019cb159p-16 + r);
  r = z * (-0x1.6c16c16c15177p-10 + r);
  r = z * (0x1.555555555554cp-5 + r);
  if (h < 0x3fd33333) {
    return 1 - (0.5 * z - (z * r - y0 * y1));
  }
  double a = h > 0x3fe90000 ? 0.28125 : of_high(h - 0x200000);
  return (1 - a) - ((0.5 * z - a) - (z * r - y0 * y1));
}

REFERENCE double cos_f64(double x) {
  reduced y = reduce(x);
  switch (y.quarters & 3) {
    case 0: return cosine_part(y);
    case 1: return -sine_part(y);
    case 2: return -cosine_part(y);
    default: return sine_part(y);
  }
}

REFERENCE double sin_f64(double x) {
  reduced y = reduce(x);
  switch (y.quarters & 3) {
    case 0: return sine_part(y);
    case 1: return cosine_part(y);
    case 2: return -sine_part(y);
    default: return -cosine_part(y);
  }
}

#endif
