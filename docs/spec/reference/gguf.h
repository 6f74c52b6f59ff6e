/* As much of GGUF as a language model needs; files that are not well-formed end the program. Spec:
 * models.md, section Reading. What that page says must be refused besides is not looked at here. */
#ifndef GGUF_H
#define GGUF_H

#include <stdio.h>
#include <stdlib.h>

#include "weights.h"

typedef struct {
  uint64_t length;
  const uint8_t *bytes;
} text;

typedef struct {
  text key;
  uint32_t type;
  uint32_t element_type; /* of a list */
  uint64_t count;        /* of a list */
  const uint8_t *value;
} entry;

typedef struct {
  text name;
  uint32_t dimensions;
  uint64_t dimension[4];
  uint32_t type;
  uint64_t offset;
} tensor;

typedef struct {
  uint8_t *bytes;
  uint64_t size, at;
  uint64_t entries, tensors;
  entry *entry;
  tensor *tensor;
  const uint8_t *data;
} gguf;

static inline void fail(const char *problem, const char *what) {
  fprintf(stderr, "%s: %s\n", problem, what);
  exit(2);
}

static inline const uint8_t *take(gguf *file, uint64_t count) {
  if (count > file->size - file->at) {
    fail("the GGUF file ends too early", "use a whole file");
  }
  file->at += count;
  return file->bytes + file->at - count;
}

static inline uint64_t whole_at(const uint8_t *at, int bytes) {
  uint64_t value = 0;
  for (int i = 0; i < bytes; i++) {
    value |= (uint64_t)at[i] << (8 * i);
  }
  return value;
}

static inline uint64_t take_whole(gguf *file, int bytes) {
  return whole_at(take(file, (uint64_t)bytes), bytes);
}

static inline text take_text(gguf *file) {
  text out;
  out.length = take_whole(file, 8);
  out.bytes = take(file, out.length);
  return out;
}

/* Types: 0, 1 (u8, i8), 2, 3 (16 bits), 4, 5 (32), 6 f32, 7 bool, 8 text, 9 list, 10, 11 (64), 12 f64. */
static inline int value_bytes(uint32_t type) {
  static const int bytes[13] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
  if (type > 12) {
    fail("the GGUF file has a value of unknown type", "use another file");
  }
  return bytes[type];
}

static inline void skip_values(gguf *file, uint32_t type, uint64_t count) {
  if (type != 8) {
    take(file, count * (uint64_t)value_bytes(type));
    return;
  }
  for (uint64_t i = 0; i < count; i++) {
    take_text(file);
  }
}

static inline int same_text(text a, const char *b) {
  return a.length == strlen(b) && memcmp(a.bytes, b, a.length) == 0;
}

static inline const entry *find_entry(const gguf *file, const char *key) {
  for (uint64_t i = 0; i < file->entries; i++) {
    if (same_text(file->entry[i].key, key)) {
      return file->entry + i;
    }
  }
  return NULL;
}

static inline const tensor *find_tensor(const gguf *file, const char *name) {
  for (uint64_t i = 0; i < file->tensors; i++) {
    if (same_text(file->tensor[i].name, name)) {
      return file->tensor + i;
    }
  }
  return NULL;
}

static inline int64_t integer_or(const gguf *file, const char *key, int64_t missing) {
  const entry *e = find_entry(file, key);
  return e ? (int64_t)whole_at(e->value, value_bytes(e->type)) : missing;
}

static inline int64_t integer_of(const gguf *file, const char *key) {
  if (!find_entry(file, key)) {
    fail("the GGUF file lacks", key);
  }
  return integer_or(file, key, 0);
}

static inline text text_of(const entry *e) {
  text out = {whole_at(e->value, 8), e->value + 8};
  return out;
}

static inline float real_or(const gguf *file, const char *key, float missing) {
  const entry *e = find_entry(file, key);
  return e ? float_at(e->value) : missing;
}

static inline void read_bytes(gguf *file, const char *path) {
  FILE *in = fopen(path, "rb");
  if (!in || fseek(in, 0, SEEK_END) != 0) {
    fail("cannot be read", path);
  }
  file->size = (uint64_t)ftell(in);
  file->at = 0;
  file->bytes = malloc(file->size);
  rewind(in);
  if (!file->bytes || fread(file->bytes, 1, file->size, in) != file->size) {
    fail("cannot be read as a whole", path);
  }
  fclose(in);
}

/* Reads entries and tensors of a file whose bytes are there. */
static inline void parse_gguf(gguf *file, const char *path) {
  file->at = 0;
  if (memcmp(take(file, 4), "GGUF", 4) != 0) {
    fail("no GGUF file", path);
  }
  uint64_t version = take_whole(file, 4);
  if (version != 2 && version != 3) {
    fail("GGUF, but of another version than 2 and 3", path);
  }
  file->tensors = take_whole(file, 8);
  file->entries = take_whole(file, 8);
  if (file->tensors > 65536 || file->entries > 65536) {
    fail("too many entries or tensors", path);
  }
  file->entry = calloc(file->entries + 1, sizeof *file->entry);
  file->tensor = calloc(file->tensors + 1, sizeof *file->tensor);
  for (uint64_t i = 0; i < file->entries; i++) {
    entry *e = file->entry + i;
    e->key = take_text(file);
    e->type = (uint32_t)take_whole(file, 4);
    e->count = 1;
    e->element_type = e->type;
    if (e->type == 9) {
      e->element_type = (uint32_t)take_whole(file, 4);
      e->count = take_whole(file, 8);
    }
    e->value = file->bytes + file->at;
    skip_values(file, e->element_type, e->count);
  }
  for (uint64_t i = 0; i < file->tensors; i++) {
    tensor *t = file->tensor + i;
    t->name = take_text(file);
    t->dimensions = (uint32_t)take_whole(file, 4);
    if (t->dimensions > 4) {
      fail("a tensor has too many dimensions", path);
    }
    for (uint32_t d = 0; d < t->dimensions; d++) {
      t->dimension[d] = take_whole(file, 8);
    }
    t->type = (uint32_t)take_whole(file, 4);
    t->offset = take_whole(file, 8);
  }
  uint64_t alignment = (uint64_t)integer_or(file, "general.alignment", 32);
  file->data = file->bytes + (file->at + alignment - 1) / alignment * alignment;
}

static inline void open_gguf(gguf *file, const char *path) {
  read_bytes(file, path);
  parse_gguf(file, path);
}

/* Matrices of the shape (rows, cols), one after the other in a tensor of so many dimensions. */
static inline void matrices_of(
    const gguf *file, const char *name, uint32_t dimensions, int count, int rows, int cols, matrix *out) {
  const tensor *t = find_tensor(file, name);
  uint64_t wanted[3] = {(uint64_t)cols, (uint64_t)rows, (uint64_t)count};
  if (!t) {
    fail("the GGUF file lacks the tensor", name);
  }
  int fits = t->dimensions == dimensions;
  for (uint32_t d = 0; fits && d < dimensions; d++) {
    fits = t->dimension[d] == wanted[d];
  }
  if (!fits) {
    fail("a tensor has another shape than the specification says", name);
  }
  for (int i = 0; i < count; i++) {
    matrix m = {(format)t->type, rows, cols, NULL};
    if (block_bytes(m.type) == 0 || cols % block_weights(m.type) != 0) {
      fail("a tensor is of a format that the specification does not name", name);
    }
    m.data = file->data + t->offset + (int64_t)i * row_bytes(&m) * rows;
    if ((uint64_t)(m.data - file->bytes) + (uint64_t)(row_bytes(&m) * rows) > file->size) {
      fail("a tensor ends outside of the file", name);
    }
    out[i] = m;
  }
}

#endif
