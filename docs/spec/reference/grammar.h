/* Which tokens may come next under a JSON schema. Spec: constrained.md, section Mask. How many ways there are to
 * read a text is not bounded here as rule 9 does it. */
#ifndef GRAMMAR_H
#define GRAMMAR_H

#include "schema.h"
#include "vocabulary.h"

#define DEPTH_MAX 64
#define WAYS_MAX 4096

typedef struct {
  int step, frame, depth;
} way;

typedef struct {
  int count;
  way all[WAYS_MAX];
} ways;

/* The frame of this content, which is made once, so that equal ones have equal numbers. */
static inline int frame_of(grammar *g, int step, int outer) {
  for (int i = 1; i < g->frame_count; i++) {
    if (g->frames[i].step == step && g->frames[i].outer == outer) {
      return i;
    }
  }
  if (g->frame_count == g->frame_room) {
    g->frame_room = 2 * g->frame_room + 64;
    g->frames = realloc(g->frames, sizeof *g->frames * (size_t)g->frame_room);
  }
  g->frames[g->frame_count] = (frame){step, outer};
  return g->frame_count++;
}

/* Adds a way and all that follow from it without a byte. Step -1 is the end of the text. */
static inline void add_way(grammar *g, ways *to, int step, int frame, int depth) {
  for (int i = 0; i < to->count; i++) {
    way w = to->all[i];
    if (w.step == step && w.frame == frame && w.depth == depth) {
      return;
    }
  }
  if (to->count == WAYS_MAX) {
    fail("a text can be read in too many ways", "for this program");
  }
  to->all[to->count++] = (way){step, frame, depth};
  if (step < 0) {
    return;
  }
  int target = g->steps[step].to;
  switch (g->steps[step].what) {
    case READ: break;
    case SPLIT:
      add_way(g, to, step + 1, frame, depth);
      add_way(g, to, target, frame, depth);
      break;
    case JUMP: add_way(g, to, target, frame, depth); break;
    case CALL: add_way(g, to, target, frame_of(g, step + 1, frame), depth); break;
    case RETURN:
      if (frame == 0) {
        add_way(g, to, -1, 0, depth);
      } else {
        add_way(g, to, g->frames[frame].step, g->frames[frame].outer, depth);
      }
      break;
    case OPEN: /* rule 8 */
      if (depth < DEPTH_MAX) {
        add_way(g, to, step + 1, frame, depth + 1);
      }
      break;
    case CLOSE: add_way(g, to, step + 1, frame, depth - 1); break;
  }
}

static inline grammar open_grammar(text schema, ways *start) {
  grammar g;
  json_source source = {(const char *)schema.bytes, (const char *)schema.bytes + schema.length};
  memset(&g, 0, sizeof g);
  g.string = g.character = g.space = -1;
  g.frame_count = 1;
  g.frame_room = 64;
  g.frames = calloc(64, sizeof *g.frames);
  g.root = json_value(&source);
  int rule = schema_rule(&g, g.root);
  start->count = 0;
  add_way(&g, start, rule, 0, 0);
  return g;
}

static inline void read_byte(grammar *g, const ways *from, uint8_t byte, ways *to) {
  to->count = 0;
  for (int i = 0; i < from->count; i++) {
    way w = from->all[i];
    if (w.step >= 0 && g->steps[w.step].what == READ && g->steps[w.step].set[byte / 8] >> byte % 8 & 1) {
      add_way(g, to, w.step + 1, w.frame, w.depth);
    }
  }
}

static inline void copy_ways(const ways *from, ways *to) {
  to->count = from->count;
  memcpy(to->all, from->all, sizeof *from->all * (size_t)from->count);
}

/* Turns the ways into those after some bytes. */
static inline void follow(grammar *g, const uint8_t *bytes, uint64_t count, ways *at) {
  static ways next;
  for (uint64_t i = 0; i < count; i++) {
    read_byte(g, at, bytes[i], &next);
    copy_ways(&next, at);
  }
}

/* Rule 1: whether a token may come next. */
static inline int is_allowed(grammar *g, const vocabulary *v, const ways *at, int token) {
  static ways trial;
  static uint8_t bytes[1 << 16];
  if (is_end(v, token)) {
    for (int i = 0; i < at->count; i++) {
      if (at->all[i].step < 0) {
        return 1;
      }
    }
    return 0;
  }
  uint64_t count = token_bytes(v, token, bytes);
  if (count == 0) {
    return 0;
  }
  copy_ways(at, &trial);
  follow(g, bytes, count, &trial);
  return trial.count > 0;
}

#endif
