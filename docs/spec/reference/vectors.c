/* Checks golden vectors: vectors FILE... Each line is an operation, its inputs, an arrow and its outputs, as
 * hexadecimal bits. Ends with 1 if a bit differs. */
#include <stdio.h>
#include <stdlib.h>

#include "layers.h"

#define WORDS_MAX 16
#define EXPERTS_MAX 256

typedef struct {
  char *word[WORDS_MAX]; /* the operation, its inputs */
  int count;
  char *expected;
  char *actual; /* grows as results are put */
} golden;

static void fail(const char *problem, const char *what) {
  fprintf(stderr, "%s: %s\n", problem, what);
  exit(2);
}

static const char *input(const golden *g, int number) {
  if (number + 1 >= g->count) {
    fail("a line has too few inputs", g->word[0]);
  }
  return g->word[number + 1];
}

static uint64_t hex(const char *digits, int count) {
  uint64_t value = 0;
  for (int i = 0; i < count; i++) {
    char c = digits[i];
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
      fail("not hexadecimal", digits);
    }
    value = value << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
  }
  return value;
}

static int number(const golden *g, int n) {
  return atoi(input(g, n));
}

static float real(const golden *g, int n) {
  return float_of((uint32_t)hex(input(g, n), 8));
}

static double binary64(const golden *g, int n) {
  return double_of(hex(input(g, n), 16));
}

static void *room(size_t bytes) {
  void *out = calloc(bytes + 64, 1);
  if (!out) {
    fail("not enough memory", "for a vector");
  }
  return out;
}

/* A list of numbers of so many digits; they stay in memory until the program ends. */
static int list(const golden *g, int n, int digits, void *out) {
  const char *text = input(g, n);
  int count = (int)strlen(text) / digits;
  for (int i = 0; i < count; i++) {
    uint64_t value = hex(text + (size_t)i * digits, digits);
    memcpy((char *)out + (size_t)i * digits / 2, &value, (size_t)digits / 2);
  }
  return count;
}

static float *reals(const golden *g, int n, int *count) {
  float *out = room(strlen(input(g, n)) / 2);
  *count = list(g, n, 8, out);
  return out;
}

static uint16_t *halves(const golden *g, int n, int *count) {
  uint16_t *out = room(strlen(input(g, n)) / 2);
  *count = list(g, n, 4, out);
  return out;
}

static void put_bits(golden *g, uint64_t bits, int digits) {
  g->actual += sprintf(g->actual, "%0*llx", digits, (unsigned long long)bits);
}

static void put(golden *g, const float *values, int count) {
  for (int i = 0; i < count; i++) {
    put_bits(g, bits_of(values[i]), 8);
  }
}

static matrix matrix_of(const golden *g, int rows, int cols, int n) {
  static const struct {
    const char *name;
    format type;
  } formats[] = {{"F32", F32}, {"F16", F16}, {"Q4_0", Q4_0}, {"Q4_1", Q4_1},
                 {"Q5_0", Q5_0}, {"Q5_1", Q5_1}, {"Q8_0", Q8_0}, {"Q4_K", Q4_K}, {"Q5_K", Q5_K},
                 {"Q6_K", Q6_K}, {"BF16", BF16}};
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
    if (strcmp(input(g, 0), formats[i].name) == 0) {
      uint8_t *data = room(strlen(input(g, n)));
      matrix m = {formats[i].type, rows, cols, data};
      list(g, n, 2, data);
      return m;
    }
  }
  fail("a format that the specification does not name", input(g, 0));
  return (matrix){F32, 0, 0, NULL};
}

static void check_quantize(golden *g) {
  int count;
  float *x = reals(g, 0, &count), scale, sum;
  int16_t integers[32];
  quantize_block(x, integers, &scale, &sum);
  for (int i = 0; i < 32; i++) {
    put_bits(g, (uint8_t)integers[i], 2);
  }
  *g->actual++ = ' ';
  put(g, &scale, 1);
  *g->actual++ = ' ';
  put(g, &sum, 1);
}

static void check_decode(golden *g) {
  int cols = number(g, 1);
  matrix m = matrix_of(g, 1, cols, 2);
  float *out = room(sizeof(float) * (size_t)cols);
  decode_row(&m, 0, out);
  put(g, out, cols);
}

static void check_multiply(golden *g) {
  int rows = number(g, 1), cols = number(g, 2), count;
  matrix m = matrix_of(g, rows, cols, 3);
  float *x = reals(g, 4, &count);
  for (int t = 0; t < count / cols; t++) {
    const float *row = x + (size_t)t * cols;
    quantized q = {room(2 * (size_t)cols), room((size_t)cols), room((size_t)cols)};
    if (is_quantized(m.type)) {
      quantize(row, cols, &q);
    }
    for (int r = 0; r < rows; r++) {
      float y;
      if (is_quantized(m.type)) {
        row_products(&m, r, &q, 1, &y, 1);
      } else {
        y = plain_product(&m, r, row);
      }
      put(g, &y, 1);
    }
  }
}

static void check_norm(golden *g) {
  int count;
  float *gain = reals(g, 1, &count), *x = reals(g, 2, &count);
  rms_norm(x, count, gain, real(g, 0), x);
  put(g, x, count);
}

static void rotate_head(const golden *g, const double *f, float length, float *x, int size) {
  int adjacent = strcmp(input(g, 1), "adjacent") == 0;
  for (int i = 0; i < size / 2; i++) {
    float c, s;
    float *x0 = x + (adjacent ? 2 * i : i);
    turn(f[i], number(g, 2), length, &c, &s);
    rotate(x0, x0 + (adjacent ? 1 : size / 2), c, s);
  }
}

static void check_rope(golden *g) {
  int size;
  float *x = reals(g, 3, &size);
  rope r = {real(g, 0), NULL, NO_SCALING, 1, 0, 1};
  double *f = room(sizeof(double) * (size_t)size);
  rotate_head(g, f, rope_frequencies(&r, size, f), x, size);
  put(g, x, size);
}

static void check_scaled_rope(golden *g) {
  int size, pairs;
  float *x = reals(g, 8, &size);
  double *f = room(sizeof(double) * (size_t)size);
  const char *how = input(g, 4);
  rope r = {real(g, 0), NULL, NO_SCALING, real(g, 5), number(g, 6), real(g, 7)};
  if (strcmp(input(g, 3), "-") != 0) {
    r.factors = reals(g, 3, &pairs);
  }
  r.how = strcmp(how, "linear") == 0 ? LINEAR : strcmp(how, "yarn") == 0 ? YARN : NO_SCALING;
  float length = rope_frequencies(&r, size, f);
  for (int i = 0; i < size / 2; i++) {
    put_bits(g, bits_of_double(f[i]), 16);
  }
  *g->actual++ = ' ';
  put(g, &length, 1);
  *g->actual++ = ' ';
  rotate_head(g, f, length, x, size);
  put(g, x, size);
}

static void check_attention(golden *g) {
  int heads = number(g, 0), key_heads = number(g, 1), size = number(g, 2), cells, count;
  float *query = reals(g, 5, &count);
  uint16_t *keys = halves(g, 6, &cells), *values = halves(g, 7, &cells);
  int width = key_heads * size, positions = cells / width;
  float *scores = room(sizeof(float) * (size_t)positions);
  float *part = room(sizeof(float) * (size_t)size), *out = room(sizeof(float) * (size_t)size);
  for (int head = 0; head < heads; head++) {
    int at = head / (heads / key_heads) * size;
    int first = first_visible(positions - 1, number(g, 3));
    view v = {keys + at, values + at, width, first, positions, size, real(g, 4)};
    attend(query + head * size, &v, scores, part, out);
    put(g, out, size);
  }
}

static void check_swiglu(golden *g) {
  int count;
  float *gate = reals(g, 0, &count), *up = reals(g, 1, &count);
  for (int i = 0; i < count; i++) {
    float y = silu(gate[i]) * up[i];
    put(g, &y, 1);
  }
}

static void check_geglu(golden *g) {
  int count;
  float *gate = reals(g, 0, &count), *up = reals(g, 1, &count);
  for (int i = 0; i < count; i++) {
    float y = gelu(gate[i]) * up[i];
    put(g, &y, 1);
  }
}

static void check_experts(golden *g) {
  int used = number(g, 0), count, values, chosen[EXPERTS_MAX];
  float *logits = reals(g, 1, &count), *said = reals(g, 2, &values), shares[EXPERTS_MAX];
  int width = values / count;
  float *out = room(sizeof(float) * (size_t)width);
  if (count > EXPERTS_MAX) {
    fail("a line has too many experts", input(g, 0));
  }
  choose_experts(logits, count, used, chosen, shares);
  for (int j = 0; j < used; j++) {
    put_bits(g, (uint64_t)chosen[j], 2);
    mix(shares[j], said + chosen[j] * width, width, out);
  }
  *g->actual++ = ' ';
  put(g, shares, used);
  *g->actual++ = ' ';
  put(g, out, width);
}

static void check_probability(golden *g) {
  int count;
  float *logits = reals(g, 1, &count);
  float y = log_probability(logits, count, number(g, 0));
  put(g, &y, 1);
}

static void check_widen(golden *g) {
  put_bits(g, bits_of(widen((uint16_t)hex(input(g, 0), 4))), 8);
}

static void check_narrow(golden *g) {
  put_bits(g, narrow(real(g, 0)), 4);
}

static void check_exp(golden *g) {
  put_bits(g, bits_of(exp_f32(real(g, 0))), 8);
}

static void check_log(golden *g) {
  put_bits(g, bits_of(log_f32(real(g, 0))), 8);
}

static void check_pow(golden *g) {
  put_bits(g, bits_of_double(pow_f64(binary64(g, 0), binary64(g, 1))), 16);
}

static void check_cos(golden *g) {
  put_bits(g, bits_of_double(cos_f64(binary64(g, 0))), 16);
}

static void check_sin(golden *g) {
  put_bits(g, bits_of_double(sin_f64(binary64(g, 0))), 16);
}

static const struct {
  const char *name;
  void (*check)(golden *);
} OPERATIONS[] = {
    {"widen", check_widen},         {"narrow", check_narrow},       {"exp", check_exp},
    {"log", check_log},             {"pow", check_pow},             {"cos", check_cos},
    {"sin", check_sin},             {"quantize", check_quantize},   {"decode", check_decode},
    {"multiply", check_multiply},   {"norm", check_norm},           {"rope", check_rope},
    {"attention", check_attention}, {"swiglu", check_swiglu},       {"probability", check_probability},
    {"geglu", check_geglu},         {"experts", check_experts},     {"scaled-rope", check_scaled_rope},
};

/* Whether the bits are those of the line. */
static int is_right(char *line) {
  static char actual[1 << 20];
  golden g = {{0}, 0, strstr(line, " -> "), actual};
  if (!g.expected) {
    fail("a line has no arrow", line);
  }
  *g.expected = 0;
  g.expected += 4;
  g.expected[strcspn(g.expected, "\n")] = 0;
  for (char *word = strtok(line, " "); word && g.count < WORDS_MAX; word = strtok(NULL, " ")) {
    g.word[g.count++] = word;
  }
  for (size_t i = 0; i < sizeof OPERATIONS / sizeof *OPERATIONS; i++) {
    if (strcmp(g.word[0], OPERATIONS[i].name) == 0) {
      OPERATIONS[i].check(&g);
      *g.actual = 0;
      return strcmp(actual, g.expected) == 0;
    }
  }
  fail("an operation that this program does not know", g.word[0]);
  return 0;
}

int main(int count, char **files) {
  static char line[1 << 21];
  int wrong = 0;
  for (int i = 1; i < count; i++) {
    FILE *in = fopen(files[i], "r");
    int number = 0, checked = 0;
    if (!in) {
      fail("cannot be read", files[i]);
    }
    while (fgets(line, sizeof line, in)) {
      number++;
      if (line[0] != '#') {
        checked++;
        if (!is_right(line)) {
          printf("%s, line %d: DIFFERENT\n", files[i], number);
          wrong++;
        }
      }
    }
    fclose(in);
    printf("%s: %d vectors\n", files[i], checked);
  }
  return wrong > 0;
}
