/* Programs that read the bytes of JSON texts. Spec: constrained.md, section Texts. Where a program may go on in
 * several ways, all count. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "json.h"

#define NUMBER_DIGITS_MAX 16
#define BLANKS_MAX 32
#define ALTERNATIVES_MAX 1024

typedef enum { READ, SPLIT, JUMP, CALL, RETURN, OPEN, CLOSE } operation;

/* READ: a byte of the set, then the next step. SPLIT: the next step, and that at `to`. CALL: the rule at `to`,
 * then the next step. OPEN and CLOSE count what is open. */
typedef struct {
  operation what;
  int to;
  uint8_t set[32];
} step;

/* Where a rule returns to, and where the one around it does; 0 is outside of all. */
typedef struct {
  int step, outer;
} frame;

typedef struct {
  const json *root;
  step *steps;
  int count, room;
  frame *frames;
  int frame_count, frame_room;
  const json **schemas; /* that have a rule already */
  int *rules;
  int rule_count;
  int string, character, space; /* rules that all schemas share; -1 if not there yet */
} grammar;

static inline int emit(grammar *g, operation what, int to) {
  if (g->count == g->room) {
    g->room = 2 * g->room + 64;
    g->steps = realloc(g->steps, sizeof *g->steps * (size_t)g->room);
  }
  memset(g->steps + g->count, 0, sizeof *g->steps);
  g->steps[g->count].what = what;
  g->steps[g->count].to = to;
  return g->count++;
}

static inline void here(grammar *g, int step) {
  g->steps[step].to = g->count;
}

/* One byte from first to last. */
static inline void emit_range(grammar *g, int first, int last) {
  int at = emit(g, READ, 0);
  for (int byte = first; byte <= last; byte++) {
    g->steps[at].set[byte / 8] |= (uint8_t)(1 << byte % 8);
  }
}

/* One byte of a list. */
static inline void emit_one_of(grammar *g, const char *bytes) {
  int at = emit(g, READ, 0);
  for (; *bytes; bytes++) {
    uint8_t byte = (uint8_t)*bytes;
    g->steps[at].set[byte / 8] |= (uint8_t)(1 << byte % 8);
  }
}

static inline void emit_text(grammar *g, text t) {
  for (uint64_t i = 0; i < t.length; i++) {
    emit_range(g, t.bytes[i], t.bytes[i]);
  }
}

static inline void emit_word(grammar *g, const char *word) {
  emit_text(g, (text){strlen(word), (const uint8_t *)word});
}

/* Alternatives: between begin and end, each is followed by next. The last one begins with a SPLIT as well,
 * which end turns into a way to nowhere. */
typedef struct {
  int split, jumps[ALTERNATIVES_MAX], count;
} choice;

static inline void choice_begin(grammar *g, choice *c) {
  c->count = 0;
  c->split = emit(g, SPLIT, 0);
}

static inline void choice_next(grammar *g, choice *c) {
  if (c->count == ALTERNATIVES_MAX) {
    fail("a schema has too many alternatives", "for this program");
  }
  c->jumps[c->count++] = emit(g, JUMP, 0);
  here(g, c->split);
  c->split = emit(g, SPLIT, 0);
}

static inline void choice_end(grammar *g, choice *c) {
  int out = emit(g, JUMP, 0);
  here(g, c->split);
  emit(g, READ, 0); /* of no byte */
  here(g, out);
  for (int i = 0; i < c->count; i++) {
    here(g, c->jumps[i]);
  }
}

static inline void emit_digits(grammar *g, int least, int most) {
  int skips[NUMBER_DIGITS_MAX], count = 0;
  for (int i = 0; i < most; i++) {
    if (i >= least) {
      skips[count++] = emit(g, SPLIT, 0);
    }
    emit_one_of(g, "0123456789");
  }
  while (count > 0) {
    here(g, skips[--count]);
  }
}

/* Rule 6 */
static inline void emit_integer(grammar *g) {
  int sign = emit(g, SPLIT, 0);
  choice c;
  emit_word(g, "-");
  here(g, sign);
  choice_begin(g, &c);
  emit_word(g, "0");
  choice_next(g, &c);
  emit_one_of(g, "123456789");
  emit_digits(g, 0, NUMBER_DIGITS_MAX - 1);
  choice_end(g, &c);
}

static inline void emit_number(grammar *g) {
  emit_integer(g);
  int fraction = emit(g, SPLIT, 0);
  emit_word(g, ".");
  emit_digits(g, 1, NUMBER_DIGITS_MAX);
  here(g, fraction);
  int exponent = emit(g, SPLIT, 0);
  emit_one_of(g, "eE");
  int sign = emit(g, SPLIT, 0);
  emit_one_of(g, "+-");
  here(g, sign);
  emit_digits(g, 1, 2);
  here(g, exponent);
}

/* Rule 4 */
static inline void emit_space(grammar *g) {
  if (g->space < 0) {
    int over = emit(g, JUMP, 0), skips[BLANKS_MAX];
    choice c;
    g->space = g->count;
    choice_begin(g, &c);
    choice_next(g, &c);
    emit_word(g, " ");
    choice_next(g, &c);
    emit_word(g, "\n");
    for (int i = 0; i < BLANKS_MAX; i++) {
      skips[i] = emit(g, SPLIT, 0);
      emit_one_of(g, " \t");
    }
    for (int i = 0; i < BLANKS_MAX; i++) {
      here(g, skips[i]);
    }
    choice_end(g, &c);
    emit(g, RETURN, 0);
    here(g, over);
  }
  emit(g, CALL, g->space);
}

static inline void emit_hex(grammar *g, int count) {
  while (count-- > 0) {
    emit_one_of(g, "0123456789abcdefABCDEF");
  }
}

/* Behind a backslash and a u: no surrogate, or the two of a pair. */
static inline void emit_unit(grammar *g) {
  choice c;
  choice_begin(g, &c);
  emit_one_of(g, "0123456789abcefABCEF");
  emit_hex(g, 3);
  choice_next(g, &c);
  emit_one_of(g, "dD");
  emit_one_of(g, "01234567");
  emit_hex(g, 2);
  choice_next(g, &c);
  emit_one_of(g, "dD");
  emit_one_of(g, "89abAB");
  emit_hex(g, 2);
  emit_word(g, "\\u");
  emit_one_of(g, "dD");
  emit_one_of(g, "cdefCDEF");
  emit_hex(g, 2);
  choice_end(g, &c);
}

/* Rule 5: one character. */
static inline int character_rule(grammar *g) {
  static const uint8_t sequences[8][4][2] = {
      {{0xc2, 0xdf}, {0x80, 0xbf}},
      {{0xe0, 0xe0}, {0xa0, 0xbf}, {0x80, 0xbf}},
      {{0xe1, 0xec}, {0x80, 0xbf}, {0x80, 0xbf}},
      {{0xed, 0xed}, {0x80, 0x9f}, {0x80, 0xbf}},
      {{0xee, 0xef}, {0x80, 0xbf}, {0x80, 0xbf}},
      {{0xf0, 0xf0}, {0x90, 0xbf}, {0x80, 0xbf}, {0x80, 0xbf}},
      {{0xf1, 0xf3}, {0x80, 0xbf}, {0x80, 0xbf}, {0x80, 0xbf}},
      {{0xf4, 0xf4}, {0x80, 0x8f}, {0x80, 0xbf}, {0x80, 0xbf}},
  };
  if (g->character < 0) {
    int over = emit(g, JUMP, 0);
    choice c;
    g->character = g->count;
    choice_begin(g, &c);
    emit_range(g, 0x20, 0x7f);
    g->steps[g->count - 1].set['"' / 8] &= (uint8_t)~(1 << '"' % 8);
    g->steps[g->count - 1].set['\\' / 8] &= (uint8_t)~(1 << '\\' % 8);
    for (int i = 0; i < 8; i++) {
      choice_next(g, &c);
      for (int j = 0; j < 4 && sequences[i][j][0]; j++) {
        emit_range(g, sequences[i][j][0], sequences[i][j][1]);
      }
    }
    choice_next(g, &c);
    emit_word(g, "\\");
    emit_one_of(g, "\"\\/bfnrt");
    choice_next(g, &c);
    emit_word(g, "\\u");
    emit_unit(g);
    choice_end(g, &c);
    emit(g, RETURN, 0);
    here(g, over);
  }
  return g->character;
}

/* `least` to `most` times a rule; most below 0 is any number. Behind the first, `between` comes before it. */
typedef void (*between)(grammar *);

static inline void emit_times(grammar *g, int rule, int least, int most, between separator) {
  int *skips = calloc((size_t)(most > 0 ? most : 0) + 1, sizeof *skips), count = 0;
  for (int i = 0; i < (most < 0 ? least : most); i++) {
    if (i >= least) {
      skips[count++] = emit(g, SPLIT, 0);
    }
    if (i > 0 && separator) {
      separator(g);
    }
    emit(g, CALL, rule);
  }
  if (most < 0) {
    if (least == 0 && separator) { /* a first one, or none at all */
      skips[count++] = emit(g, SPLIT, 0);
      emit(g, CALL, rule);
    }
    int loop = emit(g, SPLIT, 0);
    if (separator) {
      separator(g);
    }
    emit(g, CALL, rule);
    emit(g, JUMP, loop);
    here(g, loop);
  }
  while (count > 0) {
    here(g, skips[--count]);
  }
  free(skips);
}

static inline void emit_string(grammar *g, int least, int most) {
  int rule = character_rule(g);
  emit_word(g, "\"");
  emit_times(g, rule, least, most, NULL);
  emit_word(g, "\"");
}

static inline int string_rule(grammar *g) {
  if (g->string < 0) {
    int over = emit(g, JUMP, 0);
    character_rule(g);
    g->string = g->count;
    emit_string(g, 0, -1);
    emit(g, RETURN, 0);
    here(g, over);
  }
  return g->string;
}

#endif
