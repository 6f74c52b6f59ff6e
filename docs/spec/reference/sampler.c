/* Checks the vectors of the sampler: sampler FILE. A line is: logits, tokens seen, temperature, top-k, top-p,
 * min-p, penalties of repetition, presence and frequency, bias, key, position, an arrow, and the token. */
#include <stdio.h>

#include "sampler.h"

#define VALUES_MAX 4096

static float bits_in(const char *text) {
  return float_of((uint32_t)strtoul(text, NULL, 16));
}

/* The token that the line says, less the one that follows from it: 0 if it is right. */
static int difference(char *line) {
  static float logits[VALUES_MAX];
  static int seen[VALUES_MAX];
  char *field[14];
  int fields = 0, count = 0, seen_count = 0, failed = 0;
  uint8_t key[32];
  for (char *at = strtok(line, " \n"); at && fields < 14; at = strtok(NULL, " \n")) {
    field[fields++] = at;
  }
  if (fields < 14) {
    fprintf(stderr, "a line has %d fields instead of 14\n", fields);
    exit(2);
  }
  for (char *at = strtok(field[0], ","); at; at = strtok(NULL, ",")) {
    logits[count++] = bits_in(at);
  }
  for (char *at = strtok(field[1], ","); at && *at != '-'; at = strtok(NULL, ",")) {
    seen[seen_count++] = atoi(at);
  }
  sampling how = {bits_in(field[2]), atoi(field[3]), bits_in(field[4]), bits_in(field[5]),
                  bits_in(field[6]), bits_in(field[7]), bits_in(field[8])};
  for (char *at = strtok(field[9], ","); at && *at != '-'; at = strtok(NULL, ",")) {
    logits[atoi(at)] += bits_in(strchr(at, ':') + 1);
  }
  for (int i = 0; i < 32; i++) {
    char digits[3] = {field[10][2 * i], field[10][2 * i + 1], 0};
    key[i] = (uint8_t)strtoul(digits, NULL, 16);
  }
  penalize(&how, seen, seen_count, logits, count);
  for (int i = 0; i < count; i++) {
    failed |= !is_finite(logits[i]);
  }
  int token = failed ? -1 : choose(&how, key, logits, count, strtoull(field[11], NULL, 10));
  return atoi(field[13]) - token;
}

int main(int count, char **arguments) {
  static char line[1 << 20];
  int lines = 0, wrong = 0;
  FILE *in = count == 2 ? fopen(arguments[1], "r") : NULL;
  if (!in) {
    fprintf(stderr, "usage: sampler FILE\n");
    return 2;
  }
  while (fgets(line, sizeof line, in)) {
    if (line[0] != '#') {
      lines++;
      if (difference(line) != 0) {
        printf("vector %d of the sampler: DIFFERENT\n", lines);
        wrong++;
      }
    }
  }
  printf("%s: %d vectors\n", arguments[1], lines);
  return wrong > 0;
}
