/* What the tokens of a vocabulary stand for, and which end an answer. Spec: models.md, rules 5, 9, 12, 13
 * and 15. (How text becomes tokens is not here: a model is a function of tokens.) */
#ifndef VOCABULARY_H
#define VOCABULARY_H

#include "gguf.h"

enum { NORMAL = 1, UNKNOWN = 2, CONTROL = 3, USER_DEFINED = 4, BYTE = 6 };

typedef struct {
  int count, is_sentence_piece;
  text *names;
  uint8_t *kinds; /* any other number is an unused token */
  int ends[32];
  int end_count;
} vocabulary;

/* Rule 9: control tokens whatever the file says; the first ones are those of rule 5. */
#define END_NAMES 12
static const char *const CONTROL_NAMES[] = {
    "<|endoftext|>", "<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|end_of_text|>", "<|end|>", "<|return|>",
    "<end_of_turn>", "<end_of_utterance>", "<EOT>", "_<EOT>", "<\uff5cend\u2581of\u2581sentence\uff5c>",
    "<|call|>", "<|fim_prefix|>", "<fim-prefix>", "<fim_prefix>", "<\uff5cfim\u2581begin\uff5c>", "<PRE>",
    "\u2581<PRE>", "<|code_prefix|>", "<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>",
    "<\uff5cfim\u2581hole\uff5c>", "<SUF>", "\u2581<SUF>", "<|code_suffix|>", "<|fim_middle|>",
    "<fim-middle>", "<fim_middle>", "<\uff5cfim\u2581end\uff5c>", "<MID>", "\u2581<MID>",
    "<|code_middle|>", "<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "<|fim_repo|>", "<|repo_name|>",
    "<fim-repo>", "<REPO>", "<reponame>", "<|file_sep|>"};

static inline void add_end(vocabulary *v, int token) {
  v->ends[v->end_count++] = token;
}

static inline void read_ends(vocabulary *v, const gguf *file) {
  int64_t missing = v->is_sentence_piece ? 2 : -1;
  int64_t given[3] = {integer_or(file, "tokenizer.ggml.eos_token_id", missing),
                      integer_or(file, "tokenizer.ggml.eot_token_id", -1),
                      integer_or(file, "tokenizer.ggml.eom_token_id", -1)};
  for (int i = 0; i < 3; i++) {
    if (given[i] >= 0) {
      add_end(v, (int)given[i]);
    }
  }
  for (int token = 0; token < v->count; token++) {
    for (int i = 0; i < END_NAMES; i++) {
      if (same_text(v->names[token], CONTROL_NAMES[i])) {
        add_end(v, token);
      }
    }
  }
}

static inline void read_vocabulary(vocabulary *v, const gguf *file) {
  const entry *tokens = find_entry(file, "tokenizer.ggml.tokens");
  const entry *types = find_entry(file, "tokenizer.ggml.token_type");
  const entry *kind = find_entry(file, "tokenizer.ggml.model");
  if (!tokens || !types || !kind || types->count != tokens->count) {
    fail("the GGUF file has no vocabulary", "tokenizer.ggml.model, tokens and token_type");
  }
  memset(v, 0, sizeof *v);
  v->is_sentence_piece = same_text(text_of(kind), "llama");
  v->count = (int)tokens->count;
  v->names = calloc(tokens->count, sizeof *v->names);
  v->kinds = calloc(tokens->count, 1);
  const uint8_t *at = tokens->value;
  for (int token = 0; token < v->count; token++) {
    v->names[token] = (text){whole_at(at, 8), at + 8};
    at += 8 + v->names[token].length;
    v->kinds[token] = (uint8_t)whole_at(types->value + 4 * token, 4);
    for (size_t i = 0; i < sizeof CONTROL_NAMES / sizeof *CONTROL_NAMES; i++) {
      if (same_text(v->names[token], CONTROL_NAMES[i])) {
        v->kinds[token] = CONTROL;
      }
    }
  }
  read_ends(v, file);
}

static inline int is_end(const vocabulary *v, int token) {
  for (int i = 0; i < v->end_count; i++) {
    if (v->ends[i] == token) {
      return 1;
    }
  }
  return 0;
}

/* The next code point of a name, which is valid UTF-8. */
static inline int code_point(text name, uint64_t *at) {
  int first = name.bytes[(*at)++];
  int more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
  int point = more == 0 ? first : first & (0x3f >> more);
  while (more-- > 0) {
    point = point << 6 | (name.bytes[(*at)++] & 0x3f);
  }
  return point;
}

static inline int is_printable(int byte) {
  return (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte < 0x100 && byte != 0xad);
}

/* Rule 12: the byte of a character of GPT-2's alphabet, or -1. */
static inline int byte_of(int point) {
  if (is_printable(point)) {
    return point;
  }
  int number = 256;
  for (int byte = 0; byte < 256; byte++) {
    if (!is_printable(byte) && number++ == point) {
      return byte;
    }
  }
  return -1;
}

/* Rule 12: what a name of byte pairs spells; outside of the alphabet it stands for itself. */
static inline uint64_t spelled_bytes(text name, uint8_t *out) {
  uint64_t count = 0;
  for (uint64_t at = 0; at < name.length;) {
    int byte = byte_of(code_point(name, &at));
    if (byte < 0) {
      memcpy(out, name.bytes, name.length);
      return name.length;
    }
    out[count++] = (uint8_t)byte;
  }
  return count;
}

/* Rule 15, with a space for each U+2581. */
static inline uint64_t piece_bytes(text name, uint8_t *out) {
  uint64_t count = 0;
  for (uint64_t at = 0; at < name.length;) {
    uint64_t from = at;
    if (code_point(name, &at) == 0x2581) {
      out[count++] = ' ';
    } else {
      memcpy(out + count, name.bytes + from, at - from);
      count += at - from;
    }
  }
  return count;
}

/* Rule 15: the bytes that a token stands for; out has room for its name. */
static inline uint64_t token_bytes(const vocabulary *v, int token, uint8_t *out) {
  text name = v->names[token];
  switch (v->kinds[token]) {
    case USER_DEFINED: memcpy(out, name.bytes, name.length); return name.length;
    case BYTE:
      if (v->is_sentence_piece) {
        char digits[3] = {(char)name.bytes[3], (char)name.bytes[4], 0};
        out[0] = (uint8_t)strtoul(digits, NULL, 16);
        return 1;
      }
      return spelled_bytes(name, out);
    case NORMAL: return v->is_sentence_piece ? piece_bytes(name, out) : spelled_bytes(name, out);
    default: return 0;
  }
}

#endif
