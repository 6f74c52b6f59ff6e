/* One answer from beginning to end. Spec: generation.md, sections End and Digest. */
#ifndef ANSWER_H
#define ANSWER_H

#include "grammar.h"
#include "model.h"
#include "sampler.h"

#define TOKENS_MAX 65536
#define BIASES_MAX 1024
#define STOPS_MAX 16

typedef struct {
  int prompt[TOKENS_MAX], had[TOKENS_MAX];
  int prompt_count, had_count, max;
  sampling how;
  int biased[BIASES_MAX];
  float bias[BIASES_MAX];
  int bias_count;
  text stops[STOPS_MAX];
  int stop_count;
  text schema; /* empty if there is none */
  uint8_t key[32];
} request;

typedef struct {
  int tokens[TOKENS_MAX]; /* those that were had are not among them */
  float probabilities[TOKENS_MAX];
  int count;
  const char *end;
  digest d;
} result;

/* The bytes of the answer so far, and how they can be read under the schema. */
typedef struct {
  uint8_t *bytes;
  uint64_t count, room;
  grammar g;
  ways at;
} written;

/* Rules 13 and 15: whether the answer ends with this token. */
static inline int stops_with(const model *m, const request *r, written *w, int token) {
  uint64_t wanted = w->count + m->words.names[token].length + 1;
  if (wanted > w->room) {
    w->room = 2 * wanted;
    w->bytes = realloc(w->bytes, w->room);
    if (!w->bytes) {
      fail("not enough memory", "for the text of an answer");
    }
  }
  uint64_t before = w->count;
  w->count += token_bytes(&m->words, token, w->bytes + before);
  if (r->schema.length > 0) {
    follow(&w->g, w->bytes + before, w->count - before, &w->at);
  }
  for (int i = 0; i < r->stop_count; i++) {
    text stop = r->stops[i];
    for (uint64_t end = before + 1; end <= w->count; end++) {
      if (end >= stop.length && memcmp(w->bytes + end - stop.length, stop.bytes, stop.length) == 0) {
        return 1;
      }
    }
  }
  return is_end(&m->words, token);
}

/* Rules 9.3 to 11: the token among those that the schema allows, or -1. Rule 14 asks for the others too. */
static inline int choose_allowed(
    const model *m, const request *r, written *w, const float *logits, int count, uint64_t position) {
  int *tokens = room((size_t)count, sizeof *tokens), allowed = 0, chosen = -1, finite = 1;
  float *kept = floats((size_t)count);
  for (int token = 0; token < count; token++) {
    finite &= r->how.temperature == 0 || is_finite(logits[token] / r->how.temperature);
    if (r->schema.length == 0 || is_allowed(&w->g, &m->words, &w->at, token)) {
      kept[allowed] = logits[token];
      tokens[allowed++] = token;
    }
  }
  if (finite && allowed > 0) {
    int number = choose(&r->how, r->key, kept, allowed, position);
    chosen = number < 0 ? -1 : tokens[number];
  }
  free(tokens);
  free(kept);
  return chosen;
}

/* Rules 9 to 11: the token for a position, or -1. The logits change. */
static inline int next_token(const model *m, const request *r, written *w, float *logits, const int *seen,
                             int seen_count) {
  int count = m->words.count;
  if (!all_finite(logits, count)) {
    return -1;
  }
  for (int i = 0; i < r->bias_count; i++) {
    logits[r->biased[i]] += r->bias[i];
  }
  penalize(&r->how, seen, seen_count, logits, count);
  return all_finite(logits, count) ? choose_allowed(m, r, w, logits, count, (uint64_t)seen_count) : -1;
}

static inline digest next_digest(digest d, const float *state, int width) {
  sha256 h;
  hash_start(&h, "state");
  hash_bytes(&h, d.bytes, 32);
  hash_floats(&h, state, width);
  return sha256_finish(&h);
}

/* Rule 16: what was had may be a whole answer. */
static inline const char *end_of_had(const model *m, const request *r, written *w) {
  for (int i = 0; i < r->had_count; i++) {
    if (stops_with(m, r, w, r->had[i])) {
      return "STOP";
    }
  }
  return r->had_count == r->max ? "LENGTH" : NULL;
}

/* Decodes behind the positions given, the last of which is a row of s. */
static inline void decode(sequence *s, const request *r, int *all, int last, written *w, result *out) {
  const model *m = s->m;
  int given = r->prompt_count + r->had_count, vocabulary = m->words.count;
  float *logits = floats((size_t)vocabulary), *changed = floats((size_t)vocabulary);
  float *state = floats((size_t)m->width);
  while (!out->end) {
    int position = given + out->count;
    read_out(s, last, 1, state, logits);
    s->failed |= !all_finite(s->states + (int64_t)last * m->width, m->width);
    memcpy(changed, logits, sizeof *logits * (size_t)vocabulary);
    int token = s->failed ? -1 : next_token(m, r, w, changed, all, position);
    if (token < 0) {
      out->end = "FAILED";
      break;
    }
    out->d = next_digest(out->d, state, m->width);
    out->probabilities[out->count] = log_probability(logits, vocabulary, token);
    out->tokens[out->count++] = token;
    all[position] = token;
    if (stops_with(m, r, w, token)) {
      out->end = "STOP";
    } else if (out->count == r->max - r->had_count) {
      out->end = "LENGTH";
    } else {
      forward(s, all + position, 1, position);
      last = 0;
    }
  }
  free(logits);
  free(changed);
  free(state);
}

static inline void answer(const model *m, const request *r, result *out) {
  int given = r->prompt_count + r->had_count, last = 0;
  int *all = room((size_t)r->prompt_count + r->max, sizeof *all);
  static written w;
  sequence s;
  sha256 h;
  memcpy(all, r->prompt, sizeof *all * (size_t)r->prompt_count);
  memcpy(all + r->prompt_count, r->had, sizeof *all * (size_t)r->had_count);
  hash_start(&h, "answer-start");
  out->d = sha256_finish(&h);
  out->count = 0;
  memset(&w, 0, sizeof w);
  if (r->schema.length > 0) {
    w.g = open_grammar(r->schema, &w.at);
  }
  out->end = end_of_had(m, r, &w);
  open_sequence(&s, m, r->prompt_count + r->max);
  for (int at = 0; at < given && !out->end; at += BATCH) {
    int part = given - at < BATCH ? given - at : BATCH;
    forward(&s, all + at, part, at);
    last = part - 1;
  }
  decode(&s, r, all, last, &w, out);
  close_sequence(&s);
  free(w.bytes);
  free(all);
}

/* A hash of all logits of a text, H("logits", position 0's, position 1's, ...). */
static inline digest hash_logits(const model *m, const int *tokens, int count) {
  sequence s;
  sha256 h;
  float *logits = floats((size_t)BATCH * m->words.count), *states = floats((size_t)BATCH * m->width);
  open_sequence(&s, m, count);
  hash_start(&h, "logits");
  for (int at = 0; at < count; at += BATCH) {
    int part = count - at < BATCH ? count - at : BATCH;
    forward(&s, tokens + at, part, at);
    read_out(&s, 0, part, states, logits);
    for (int t = 0; t < part; t++) {
      hash_floats(&h, logits + (int64_t)t * m->words.count, m->words.count);
    }
  }
  close_sequence(&s);
  free(logits);
  free(states);
  return sha256_finish(&h);
}

#endif
