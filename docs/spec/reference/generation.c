/* Checks the answers of tiny models: generation MODELS ANSWERS, the files of vectors/generation. A line is:
 * model, prompt, max tokens, tokens had, temperature, top-k, top-p, min-p, penalties of repetition, presence and
 * frequency, bias, stop texts, key, a schema if there is one, an arrow; then the root of the model's file, a hash of the prompt's logits
 * (- if the answer fails), tokens, log-probabilities, end and digest. Ends with 1 if a bit differs. */
#include "answer.h"
#include "tiny.h"

#define FIELDS 14
#define SCHEMA_BYTES_MAX 65536

static int parse_tokens(char *list, int *out) {
  int count = 0;
  for (char *at = strtok(list, ","); at && *at != '-' && count < TOKENS_MAX; at = strtok(NULL, ",")) {
    out[count++] = atoi(at);
  }
  return count;
}

static float bits_in(const char *digits) {
  return float_of((uint32_t)strtoul(digits, NULL, 16));
}

static uint64_t parse_bytes(const char *digits, uint8_t *out) {
  uint64_t count = strlen(digits) / 2;
  for (uint64_t i = 0; i < count; i++) {
    char two[3] = {digits[2 * i], digits[2 * i + 1], 0};
    out[i] = (uint8_t)strtoul(two, NULL, 16);
  }
  return count;
}

static void parse_request(char **field, request *r) {
  static uint8_t stops[STOPS_MAX][256], schema[SCHEMA_BYTES_MAX];
  r->prompt_count = parse_tokens(field[1], r->prompt);
  r->max = atoi(field[2]);
  r->had_count = parse_tokens(field[3], r->had);
  r->how = (sampling){bits_in(field[4]), atoi(field[5]),    bits_in(field[6]), bits_in(field[7]),
                      bits_in(field[8]), bits_in(field[9]), bits_in(field[10])};
  r->bias_count = 0;
  for (char *at = strtok(field[11], ","); at && *at != '-'; at = strtok(NULL, ",")) {
    r->biased[r->bias_count] = atoi(at);
    r->bias[r->bias_count++] = bits_in(strchr(at, ':') + 1);
  }
  r->stop_count = 0;
  for (char *at = strtok(field[12], ","); at && *at != '-'; at = strtok(NULL, ",")) {
    uint8_t *to = stops[r->stop_count];
    r->stops[r->stop_count++] = (text){parse_bytes(at, to), to};
  }
  parse_bytes(field[13], r->key);
  r->schema = (text){0, schema};
  if (field[14]) {
    r->schema.length = parse_bytes(field[14], schema);
  }
}

static char *print_digest(char *to, digest d) {
  for (int i = 0; i < 32; i++) {
    to += sprintf(to, "%02x", d.bytes[i]);
  }
  return to;
}

static void print_result(char *to, digest root, const model *m, const request *r, const result *out) {
  to = print_digest(to, root);
  *to++ = ' ';
  if (strcmp(out->end, "FAILED") == 0) {
    *to++ = '-';
  } else {
    to = print_digest(to, hash_logits(m, r->prompt, r->prompt_count));
  }
  to += sprintf(to, out->count ? " " : " - -");
  for (int i = 0; i < out->count; i++) {
    to += sprintf(to, "%s%d", i ? "," : "", out->tokens[i]);
  }
  to += sprintf(to, out->count ? " " : "");
  for (int i = 0; i < out->count; i++) {
    to += sprintf(to, "%s%08x", i ? "," : "", bits_of(out->probabilities[i]));
  }
  to += sprintf(to, " %s ", out->end);
  print_digest(to, out->d);
}

/* Whether the bits are those of the line. */
static int is_right(const char *models, char *line) {
  static char actual[1 << 20];
  static request r;
  static result out;
  char *expected = strstr(line, " -> "), *field[FIELDS + 1] = {NULL};
  int fields = 0;
  if (!expected) {
    fail("a line has no arrow", line);
  }
  *expected = 0;
  expected += 4;
  expected[strcspn(expected, "\n")] = 0;
  for (char *at = strtok(line, " "); at && fields <= FIELDS; at = strtok(NULL, " ")) {
    field[fields++] = at;
  }
  if (fields < FIELDS) {
    fail("a line has too few fields", "see the comment in generation.c");
  }
  parse_request(field, &r);
  tiny t = build_tiny(models, field[0]);
  gguf file;
  model m;
  memset(&file, 0, sizeof file);
  file.bytes = t.file.bytes;
  file.size = t.file.count;
  parse_gguf(&file, field[0]);
  read_model(&m, &file, field[0]);
  answer(&m, &r, &out);
  print_result(actual, t.root, &m, &r, &out);
  free(t.file.bytes);
  return strcmp(actual, expected) == 0;
}

int main(int count, char **files) {
  static char line[1 << 20];
  int checked = 0, wrong = 0;
  FILE *in = count == 3 ? fopen(files[2], "r") : NULL;
  if (!in) {
    fail("usage", "generation MODELS ANSWERS");
  }
  while (fgets(line, sizeof line, in)) {
    if (line[0] != '#') {
      checked++;
      if (!is_right(files[1], line)) {
        printf("%s, vector %d: DIFFERENT\n", files[2], checked);
        wrong++;
      }
    }
  }
  fclose(in);
  printf("%s: %d vectors\n", files[2], checked);
  return wrong > 0;
}
