/* SHA-256 (FIPS 180-4), and the tagged hash over it. Spec: encoding.md, section Tagged hash. */
#ifndef HASH_H
#define HASH_H

#include <stdint.h>
#include <string.h>

typedef struct {
  uint32_t state[8];
  uint64_t length;
  uint8_t block[64];
} sha256;

typedef struct {
  uint8_t bytes[32];
} digest;

static const uint32_t SHA256_TERMS[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static inline uint32_t turned(uint32_t x, int n) {
  return x >> n | x << (32 - n);
}

static inline void sha256_block(sha256 *h) {
  uint32_t w[64], s[8];
  for (int i = 0; i < 16; i++) {
    const uint8_t *b = h->block + 4 * i;
    w[i] = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
  }
  for (int i = 16; i < 64; i++) {
    uint32_t a = w[i - 15], b = w[i - 2];
    w[i] = w[i - 16] + (turned(a, 7) ^ turned(a, 18) ^ a >> 3) + w[i - 7] +
           (turned(b, 17) ^ turned(b, 19) ^ b >> 10);
  }
  memcpy(s, h->state, sizeof s);
  for (int i = 0; i < 64; i++) {
    uint32_t e = s[4], a = s[0];
    uint32_t t1 = s[7] + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) +
                  ((e & s[5]) ^ (~e & s[6])) + SHA256_TERMS[i] + w[i];
    uint32_t t2 = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) +
                  ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
    memmove(s + 1, s, 7 * sizeof *s);
    s[4] += t1;
    s[0] = t1 + t2;
  }
  for (int i = 0; i < 8; i++) {
    h->state[i] += s[i];
  }
}

static inline void sha256_start(sha256 *h) {
  static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  memcpy(h->state, start, sizeof start);
  h->length = 0;
}

static inline void sha256_add(sha256 *h, const void *data, size_t count) {
  const uint8_t *bytes = data;
  while (count > 0) {
    size_t at = h->length % 64, part = 64 - at < count ? 64 - at : count;
    memcpy(h->block + at, bytes, part);
    h->length += part;
    bytes += part;
    count -= part;
    if (h->length % 64 == 0) {
      sha256_block(h);
    }
  }
}

static inline digest sha256_finish(sha256 *h) {
  static const uint8_t padding[64] = {0x80};
  uint64_t bits = h->length * 8;
  uint8_t end[8];
  digest out;
  sha256_add(h, padding, 1 + (119 - h->length % 64) % 64);
  for (int i = 0; i < 8; i++) {
    end[i] = (uint8_t)(bits >> (56 - 8 * i));
  }
  sha256_add(h, end, 8);
  for (int i = 0; i < 32; i++) {
    out.bytes[i] = (uint8_t)(h->state[i / 4] >> (24 - 8 * (i % 4)));
  }
  return out;
}

static inline void little_endian(uint64_t value, int count, uint8_t *out) {
  for (int i = 0; i < count; i++) {
    out[i] = (uint8_t)(value >> (8 * i));
  }
}

/* E1: H(tag, ...); fields follow. */
static inline void hash_start(sha256 *h, const char *tag) {
  uint8_t length = (uint8_t)strlen(tag);
  sha256_start(h);
  sha256_add(h, &length, 1);
  sha256_add(h, tag, length);
}

static inline void hash_length(sha256 *h, size_t count) {
  uint8_t length[4];
  little_endian(count, 4, length);
  sha256_add(h, length, 4);
}

static inline void hash_bytes(sha256 *h, const void *field, size_t count) {
  hash_length(h, count);
  sha256_add(h, field, count);
}

/* E2: the bits of some floats as one field. */
static inline void hash_floats(sha256 *h, const float *values, int count) {
  hash_length(h, 4 * (size_t)count);
  for (int i = 0; i < count; i++) {
    uint32_t bits;
    uint8_t bytes[4];
    memcpy(&bits, values + i, 4);
    little_endian(bits, 4, bytes);
    sha256_add(h, bytes, 4);
  }
}

/* E4: the root over some leaves. */
static inline digest merkle_root(const digest *leaves, size_t count) {
  sha256 h;
  if (count == 1) {
    return leaves[0];
  }
  if (count == 0) {
    hash_start(&h, "empty");
    return sha256_finish(&h);
  }
  size_t left = 1;
  while (2 * left < count) {
    left *= 2;
  }
  digest one = merkle_root(leaves, left), other = merkle_root(leaves + left, count - left);
  hash_start(&h, "node");
  hash_bytes(&h, one.bytes, 32);
  hash_bytes(&h, other.bytes, 32);
  return sha256_finish(&h);
}

#endif
