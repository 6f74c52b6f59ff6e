/* The tiny models that vectors/generation/models.txt lists, as GGUF files in memory. Spec: generation.md,
 * section Vectors. */
#ifndef TINY_H
#define TINY_H

#include "hash.h"
#include "model.h"
#include "sampler.h"

#define LINE_MAX_BYTES (1 << 16)

typedef struct {
  uint8_t *bytes;
  uint64_t count, room;
} buffer;

static inline uint8_t *grow(buffer *b, uint64_t count) {
  if (b->count + count > b->room) {
    b->room = 2 * (b->count + count);
    b->bytes = realloc(b->bytes, b->room);
    if (!b->bytes) {
      fail("not enough memory", "for a tiny model");
    }
  }
  b->count += count;
  return b->bytes + b->count - count;
}

static inline void put_whole(buffer *b, uint64_t value, int bytes) {
  little_endian(value, bytes, grow(b, (uint64_t)bytes));
}

static inline void put_bytes(buffer *b, const void *data, uint64_t count) {
  uint8_t *to = grow(b, count);
  if (count > 0) {
    memcpy(to, data, count);
  }
}

static inline void put_text(buffer *b, const char *text) {
  put_whole(b, strlen(text), 8);
  put_bytes(b, text, strlen(text));
}

static inline void pad(buffer *b) {
  uint64_t count = (32 - b->count % 32) % 32;
  memset(grow(b, count), 0, count);
}

static inline float decimal(const char *text) {
  return strtof(text, NULL);
}

/* An item of a list, in which \s is a blank. */
static inline void put_item(buffer *b, const char *type, char *item) {
  if (strcmp(type, "i32s") == 0) {
    put_whole(b, (uint32_t)atoi(item), 4);
  } else if (strcmp(type, "f32s") == 0) {
    put_whole(b, bits_of(decimal(item)), 4);
  } else {
    char *to = item;
    for (const char *from = item; *from; to++) {
      int blank = from[0] == '\\' && from[1] == 's';
      *to = blank ? ' ' : *from;
      from += blank ? 2 : 1;
    }
    *to = 0;
    put_text(b, item);
  }
}

/* Rule 20: a line of metadata, whose type is cut off already. */
static inline void put_entry(buffer *b, const char *type, char *rest) {
  static const struct {
    const char *name;
    uint32_t number;
  } types[] = {{"u32", 4}, {"f32", 6}, {"bool", 7}, {"text", 8}, {"i32s", 5}, {"f32s", 6}, {"texts", 8}};
  char *value = strchr(rest, ' ');
  int number = -1;
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    number = strcmp(type, types[i].name) == 0 ? (int)types[i].number : number;
  }
  if (!value || number < 0) {
    fail("a line of metadata that the specification does not name", type);
  }
  *value++ = 0;
  put_text(b, rest);
  if (type[strlen(type) - 1] == 's') {
    put_whole(b, 9, 4);
    put_whole(b, (uint64_t)number, 4);
    uint64_t items = 0, count_at = b->count;
    put_whole(b, 0, 8);
    for (char *item = strtok(value, " "); item; item = strtok(NULL, " ")) {
      put_item(b, type, item);
      items++;
    }
    little_endian(items, 8, b->bytes + count_at);
    return;
  }
  put_whole(b, (uint64_t)number, 4);
  switch (number) {
    case 4: put_whole(b, strtoul(value, NULL, 10), 4); break;
    case 6: put_whole(b, bits_of(decimal(value)), 4); break;
    case 7: put_whole(b, strcmp(value, "true") == 0, 1); break;
    default: put_text(b, value);
  }
}

/* Rule 21: the random numbers of a tensor. */
typedef struct {
  uint32_t key[2];
  uint32_t tensor;
} stream;

static inline uint32_t word_of(const stream *s, uint64_t i) {
  uint32_t counter[4] = {(uint32_t)(i / 4), s->tensor, 0, 0}, out[4];
  philox(s->key, counter, out);
  return out[i % 4];
}

static inline uint8_t byte_at(const stream *s, uint64_t i) {
  return (uint8_t)(word_of(s, i / 4) >> (8 * (i % 4)));
}

/* Rule 21: a number of a tensor without blocks. */
static inline void put_number(buffer *b, format type, float value) {
  uint32_t bits = bits_of(value);
  switch (type) {
    case F32: put_whole(b, bits, 4); break;
    case F16: put_whole(b, narrow(value), 2); break;
    default: put_whole(b, (bits + 0x7fff + (bits >> 16 & 1)) >> 16, 2); /* half to even */
  }
}

/* Rule 21: a block, from the byte of the stream with this number on. */
static inline void put_block(buffer *b, format type, const stream *s, uint64_t from, float d, float m) {
  int bytes = block_bytes(type);
  places p = places_of(type);
  uint8_t *block = grow(b, (uint64_t)bytes);
  for (int i = 0; i < bytes; i++) {
    block[i] = byte_at(s, from + (uint64_t)i);
  }
  uint16_t sign = block[0] & 1 ? 0x8000 : 0;
  little_endian(narrow(d) ^ sign, 2, block + p.scale);
  if (has_minimum(type)) {
    little_endian(narrow(m) ^ sign, 2, block + p.minimum);
  }
}

static inline format format_of(const char *name) {
  static const struct {
    const char *name;
    format type;
  } formats[] = {{"F32", F32}, {"F16", F16}, {"BF16", BF16}, {"Q8_0", Q8_0}, {"Q4_0", Q4_0}, {"Q4_1", Q4_1},
                 {"Q5_0", Q5_0}, {"Q5_1", Q5_1}, {"Q4_K", Q4_K}, {"Q5_K", Q5_K}, {"Q6_K", Q6_K}};
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
    if (strcmp(name, formats[i].name) == 0) {
      return formats[i].type;
    }
  }
  fail("a format that the specification does not name", name);
  return F32;
}

static inline char *next_word(void) {
  char *word = strtok(NULL, " ");
  if (!word) {
    fail("a line has too few fields", "see generation.md, section Vectors");
  }
  return word;
}

/* Rules 20 and 21: a line of a tensor. */
static inline void put_tensor(buffer *infos, buffer *data, const stream *s, char *rest) {
  const char *name = strtok(rest, " ");
  format type = format_of(next_word());
  float a = decimal(next_word()), b = decimal(next_word());
  uint64_t dimension[4] = {0}, elements = 1;
  uint32_t dimensions = 0;
  for (char *word = next_word(); word && dimensions < 4; word = strtok(NULL, " ")) {
    dimension[dimensions] = strtoul(word, NULL, 10);
    elements *= dimension[dimensions++];
  }
  put_text(infos, name);
  put_whole(infos, dimensions, 4);
  for (uint32_t d = 0; d < dimensions; d++) {
    put_whole(infos, dimension[d], 8);
  }
  put_whole(infos, type, 4);
  put_whole(infos, data->count, 8);
  if (is_quantized(type)) {
    uint64_t bytes = (uint64_t)block_bytes(type), blocks = elements / (uint64_t)block_weights(type);
    for (uint64_t i = 0; i < blocks; i++) {
      put_block(data, type, s, i * bytes, a, b);
    }
  } else {
    for (uint64_t i = 0; i < elements; i++) {
      put_number(data, type, a + b * ((float)(word_of(s, i) >> 8) * 0x1p-24f));
    }
  }
  pad(data);
}

typedef struct {
  buffer file;
  uint64_t card;
  digest root;
} tiny;

/* models.md, rule 6 */
static inline digest root_of(const tiny *t) {
  const uint64_t chunk = 1 << 20;
  uint64_t rest = t->file.count - t->card, count = (rest + chunk - 1) / chunk;
  digest *leaves = room(count + 1, sizeof *leaves);
  sha256 h;
  hash_start(&h, "model-card");
  hash_bytes(&h, t->file.bytes, t->card);
  leaves[0] = sha256_finish(&h);
  for (uint64_t i = 0; i < count; i++) {
    uint64_t from = i * chunk, part = rest - from < chunk ? rest - from : chunk;
    hash_start(&h, "model-chunk");
    hash_bytes(&h, t->file.bytes + t->card + from, part);
    leaves[1 + i] = sha256_finish(&h);
  }
  digest root = merkle_root(leaves, count + 1);
  free(leaves);
  return root;
}

static inline stream stream_of(const char *name) {
  sha256 h;
  hash_start(&h, "tiny-model");
  hash_bytes(&h, name, strlen(name));
  digest d = sha256_finish(&h);
  stream s = {{0, 0}, 0};
  for (int i = 0; i < 8; i++) {
    s.key[i / 4] |= (uint32_t)d.bytes[i] << (8 * (i % 4));
  }
  return s;
}

/* The model of a name from the list at the path. */
static inline tiny build_tiny(const char *path, const char *name) {
  static char line[LINE_MAX_BYTES];
  buffer entries = {NULL, 0, 0}, infos = {NULL, 0, 0}, data = {NULL, 0, 0};
  uint64_t entry_count = 0;
  stream s = stream_of(name);
  FILE *in = fopen(path, "r");
  int inside = 0;
  if (!in) {
    fail("cannot be read", path);
  }
  while (fgets(line, sizeof line, in)) {
    line[strcspn(line, "\n")] = 0;
    char *rest = strchr(line, ' ');
    if (line[0] == '#' || !rest) {
      continue;
    }
    *rest++ = 0;
    if (strcmp(line, "model") == 0) {
      inside = strcmp(rest, name) == 0;
    } else if (inside && strcmp(line, "tensor") == 0) {
      put_tensor(&infos, &data, &s, rest);
      s.tensor++;
    } else if (inside) {
      put_entry(&entries, line, rest);
      entry_count++;
    }
  }
  fclose(in);
  tiny t;
  memset(&t, 0, sizeof t);
  put_bytes(&t.file, "GGUF", 4);
  put_whole(&t.file, 3, 4);
  put_whole(&t.file, s.tensor, 8);
  put_whole(&t.file, entry_count, 8);
  put_bytes(&t.file, entries.bytes, entries.count);
  put_bytes(&t.file, infos.bytes, infos.count);
  pad(&t.file);
  t.card = t.file.count;
  put_bytes(&t.file, data.bytes, data.count);
  free(entries.bytes);
  free(infos.bytes);
  free(data.bytes);
  t.root = root_of(&t);
  return t;
}

#endif
