/* Answers of a model, by nothing but the specification.
 *
 *   reference logits FILE.gguf   standard input: one text a line, tokens with commas between them.
 *       Prints a hash of all logits of the text, H("logits", position 0's, position 1's, ...).
 *   reference answers FILE.gguf  standard input: one request a line: prompt, max tokens, tokens had (- for
 *       none), temperature, top-k, top-p, key. Prints tokens, log-probabilities, end, digest.
 */
#include "answer.h"

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
  printf("\n");
  fflush(stdout);
}

static void require_tokens(const model *m, const int *tokens, int count) {
  for (int i = 0; i < count; i++) {
    if (tokens[i] < 0 || tokens[i] >= m->words.count) {
      fail("no token of this model", "check the input");
    }
  }
}

static void print_answer(const model *m, const request *r) {
  static result out;
  answer(m, r, &out);
  for (int i = 0; i < out.count; i++) {
    printf("%s%d", i ? "," : "", out.tokens[i]);
  }
  printf(" ");
  for (int i = 0; i < out.count; i++) {
    printf("%s%x", i ? "," : "", bits_of(out.probabilities[i]));
  }
  printf(" %s ", out.end);
  print_digest(out.d);
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
  static request r; /* all of it that is not read is empty */
  static gguf file;
  model m;
  if (count != 3) {
    fail("usage", "reference logits|answers FILE.gguf");
  }
  open_gguf(&file, arguments[2]);
  read_model(&m, &file, arguments[2]);
  while (fgets(line, sizeof line, stdin)) {
    if (strcmp(arguments[1], "logits") == 0) {
      int length = parse_tokens(strtok(line, " \n"), tokens);
      require_tokens(&m, tokens, length);
      print_digest(hash_logits(&m, tokens, length));
    } else {
      parse_request(line, &r);
      require_tokens(&m, r.prompt, r.prompt_count);
      require_tokens(&m, r.had, r.had_count);
      print_answer(&m, &r);
    }
  }
  return 0;
}
