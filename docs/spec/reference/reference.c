/* Answers of a model, by nothing but the specification.
 *
 *   reference logits FILE.gguf   standard input: one text a line, tokens with commas between them.
 *       Prints a hash of all logits of the text, H("logits", position 0's, position 1's, ...).
 *   reference answers FILE.gguf  standard input: one request a line, as in vectors/generation/answers.txt,
 *       but without the seed: prompt, max tokens, tokens had (- for none), temperature, top-k, top-p, key.
 *       Prints tokens, log-probabilities, end, digest.
 */
#include "model.h"
#include "sampler.h"

#define TOKENS_MAX 65536

static int parse_tokens(char *list, int *out) {
  int count = 0;
  if (strcmp(list, "-") == 0) {
    return 0;
  }
  for (char *at = strtok(list, ","); at && count < TOKENS_MAX; at = strtok(NULL, ",")) {
    out[count++] = atoi(at);
  }
  return count;
}

static void print_digest(digest d) {
  for (int i = 0; i < 32; i++) {
    printf("%02x", d.bytes[i]);
  }
}

static void require_tokens(const model *m, const int *tokens, int count) {
  for (int i = 0; i < count; i++) {
    if (tokens[i] < 0 || tokens[i] >= m->vocabulary) {
      fail("no token of this model", "check the input");
    }
  }
}

static void print_logits(const model *m, const int *tokens, int count) {
  sequence s;
  sha256 h;
  float *logits = floats((size_t)BATCH * m->vocabulary), *states = floats((size_t)BATCH * m->width);
  open_sequence(&s, m, count);
  hash_start(&h, "logits");
  for (int at = 0; at < count; at += BATCH) {
    int part = count - at < BATCH ? count - at : BATCH;
    forward(&s, tokens + at, part, at);
    read_out(&s, 0, part, states, logits);
    for (int t = 0; t < part; t++) {
      hash_floats(&h, logits + (int64_t)t * m->vocabulary, m->vocabulary);
    }
  }
  print_digest(sha256_finish(&h));
  printf("\n");
  fflush(stdout);
  close_sequence(&s);
  free(logits);
  free(states);
}

typedef struct {
  int prompt[TOKENS_MAX], had[TOKENS_MAX], tokens[2 * TOKENS_MAX];
  int prompt_count, had_count, max;
  sampling how;
  uint8_t key[32];
} request;

static int is_end(const model *m, int token) {
  for (int i = 0; i < m->end_count; i++) {
    if (m->ends[i] == token) {
      return 1;
    }
  }
  return 0;
}

/* Prints the answer; the tokens had are the beginning of it. */
static void answer(const model *m, request *r) {
  int given = r->prompt_count + r->had_count, count = 0, room_for = r->max - r->had_count;
  float *logits = floats((size_t)m->vocabulary), *state = floats((size_t)m->width);
  float *probabilities = floats((size_t)r->max);
  const char *end = NULL;
  sequence s;
  sha256 h;
  memcpy(r->tokens, r->prompt, sizeof(int) * (size_t)r->prompt_count);
  memcpy(r->tokens + r->prompt_count, r->had, sizeof(int) * (size_t)r->had_count);
  if (r->had_count > 0 && is_end(m, r->had[r->had_count - 1])) {
    end = "STOP";
  } else if (room_for <= 0) {
    end = "LENGTH";
  }
  hash_start(&h, "answer-start");
  digest d = sha256_finish(&h);
  open_sequence(&s, m, r->prompt_count + r->max);
  int last = 0;
  for (int at = 0; at < given && !end; at += BATCH) {
    int part = given - at < BATCH ? given - at : BATCH;
    forward(&s, r->tokens + at, part, at);
    last = part - 1;
  }
  while (!end) {
    read_out(&s, last, 1, state, logits);
    int token = s.failed || !all_finite(logits, m->vocabulary)
                    ? -1
                    : choose(&r->how, r->key, logits, m->vocabulary, (uint64_t)(given + count));
    if (token < 0) {
      end = "FAILED";
      break;
    }
    hash_start(&h, "state");
    hash_bytes(&h, d.bytes, 32);
    hash_floats(&h, state, m->width);
    d = sha256_finish(&h);
    probabilities[count] = log_probability(logits, m->vocabulary, token);
    r->tokens[given + count++] = token;
    if (is_end(m, token)) {
      end = "STOP";
    } else if (count == room_for) {
      end = "LENGTH";
    } else {
      forward(&s, r->tokens + given + count - 1, 1, given + count - 1);
      last = 0;
    }
  }
  for (int i = 0; i < count; i++) {
    printf("%s%d", i ? "," : "", r->tokens[given + i]);
  }
  printf(" ");
  for (int i = 0; i < count; i++) {
    printf("%s%x", i ? "," : "", bits_of(probabilities[i]));
  }
  printf(" %s ", end);
  print_digest(d);
  printf("\n");
  fflush(stdout);
  close_sequence(&s);
  free(logits);
  free(state);
  free(probabilities);
}

static char *next_word(void) {
  char *word = strtok(NULL, " \n");
  if (!word) {
    fail("a line has too few fields", "see the comment in reference.c");
  }
  return word;
}

/* Splits first, since a list of tokens is split again. */
static void parse_request(char *line, request *r) {
  char *prompt = strtok(line, " \n");
  if (!prompt) {
    fail("an empty line", "see the comment in reference.c");
  }
  r->max = atoi(next_word());
  char *had = next_word();
  r->how = sampling_off;
  r->how.temperature = float_of((uint32_t)strtoul(next_word(), NULL, 16));
  r->how.top_k = atoi(next_word());
  r->how.top_p = float_of((uint32_t)strtoul(next_word(), NULL, 16));
  char *key = next_word();
  for (int i = 0; i < 32; i++) {
    unsigned byte = 0;
    sscanf(key + 2 * i, "%2x", &byte);
    r->key[i] = (uint8_t)byte;
  }
  r->prompt_count = parse_tokens(prompt, r->prompt);
  r->had_count = parse_tokens(had, r->had);
}

int main(int count, char **arguments) {
  static char line[1 << 20];
  static int tokens[TOKENS_MAX];
  static request r;
  model m;
  if (count != 3) {
    fail("usage", "reference logits|answers FILE.gguf");
  }
  open_model(&m, arguments[2]);
  while (fgets(line, sizeof line, stdin)) {
    if (strcmp(arguments[1], "logits") == 0) {
      int length = parse_tokens(strtok(line, " \n"), tokens);
      require_tokens(&m, tokens, length);
      print_logits(&m, tokens, length);
    } else {
      parse_request(line, &r);
      require_tokens(&m, r.prompt, r.prompt_count);
      require_tokens(&m, r.had, r.had_count);
      answer(&m, &r);
    }
  }
  return 0;
}
