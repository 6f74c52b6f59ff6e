/* JSON as a schema needs it: strings are decoded, numbers stay as they are written. Spec: constrained.md,
 * rule 10. A text that is no JSON ends the program. */
#ifndef JSON_H
#define JSON_H

#include "gguf.h"

typedef enum { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT } json_kind;

typedef struct json json;
struct json {
  json_kind kind;
  text string; /* of a string its bytes, of a number its digits */
  int count;   /* of an array or object */
  text *names; /* of an object */
  json **items;
};

typedef struct {
  const char *at, *end;
} json_source;

static inline char json_peek(const json_source *s) {
  return s->at < s->end ? *s->at : 0;
}

static inline char json_next(json_source *s) {
  if (s->at == s->end) {
    fail("a schema is no JSON", "it ends too early");
  }
  return *s->at++;
}

static inline void json_skip(json_source *s) {
  while (s->at < s->end && strchr(" \t\r\n", *s->at)) {
    s->at++;
  }
}

static inline void json_expect(json_source *s, const char *word) {
  for (; *word; word++) {
    if (json_next(s) != *word) {
      fail("a schema is no JSON", word);
    }
  }
}

static inline unsigned json_unit(json_source *s) {
  char digits[5] = {0};
  for (int i = 0; i < 4; i++) {
    digits[i] = json_next(s);
  }
  return (unsigned)strtoul(digits, NULL, 16);
}

static inline int utf8(unsigned point, uint8_t *out) {
  if (point < 0x80) {
    out[0] = (uint8_t)point;
    return 1;
  }
  int count = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  static const uint8_t first[5] = {0, 0, 0xc0, 0xe0, 0xf0};
  for (int i = count - 1; i > 0; i--) {
    out[i] = (uint8_t)(0x80 | (point & 0x3f));
    point >>= 6;
  }
  out[0] = (uint8_t)(first[count] | point);
  return count;
}

static inline text json_string(json_source *s) {
  uint8_t *out = malloc((size_t)(s->end - s->at) + 4);
  text result = {0, out};
  json_expect(s, "\"");
  for (char c = json_next(s); c != '"'; c = json_next(s)) {
    if (c != '\\') {
      out[result.length++] = (uint8_t)c;
      continue;
    }
    static const char escapes[] = "bfnrt", meant[] = "\b\f\n\r\t";
    c = json_next(s);
    const char *known = strchr(escapes, c);
    if (c == 'u') {
      unsigned point = json_unit(s);
      if (point >= 0xd800 && point < 0xdc00) {
        json_expect(s, "\\u");
        point = 0x10000 + ((point - 0xd800) << 10) + (json_unit(s) - 0xdc00);
      }
      result.length += (uint64_t)utf8(point, out + result.length);
    } else {
      out[result.length++] = (uint8_t)(known ? meant[known - escapes] : c);
    }
  }
  return result;
}

static inline json *json_value(json_source *s);

/* Adds to an array or object. */
static inline void json_add(json *to, text name, json *item) {
  to->names = realloc(to->names, sizeof *to->names * (size_t)(to->count + 1));
  to->items = realloc(to->items, sizeof *to->items * (size_t)(to->count + 1));
  to->names[to->count] = name;
  to->items[to->count++] = item;
}

static inline void json_members(json_source *s, json *to, char close) {
  json_next(s);
  json_skip(s);
  while (json_peek(s) != close) {
    text name = {0, NULL};
    if (to->kind == JSON_OBJECT) {
      name = json_string(s);
      json_skip(s);
      json_expect(s, ":");
    }
    json_add(to, name, json_value(s));
    json_skip(s);
    if (json_peek(s) == ',') {
      s->at++;
      json_skip(s);
    }
  }
  s->at++;
}

static inline json *json_value(json_source *s) {
  json *out = calloc(1, sizeof *out);
  json_skip(s);
  switch (json_peek(s)) {
    case '{':
      out->kind = JSON_OBJECT;
      json_members(s, out, '}');
      break;
    case '[':
      out->kind = JSON_ARRAY;
      json_members(s, out, ']');
      break;
    case '"':
      out->kind = JSON_STRING;
      out->string = json_string(s);
      break;
    case 't':
      out->kind = JSON_TRUE;
      json_expect(s, "true");
      break;
    case 'f':
      out->kind = JSON_FALSE;
      json_expect(s, "false");
      break;
    case 'n':
      out->kind = JSON_NULL;
      json_expect(s, "null");
      break;
    default:
      out->kind = JSON_NUMBER;
      out->string.bytes = (const uint8_t *)s->at;
      while (s->at < s->end && strchr("+-.eE0123456789", *s->at)) {
        s->at++;
      }
      out->string.length = (uint64_t)((const uint8_t *)s->at - out->string.bytes);
      if (out->string.length == 0) {
        fail("a schema is no JSON", "a value begins with a character that none begins with");
      }
  }
  return out;
}

/* The member of an object, or NULL. */
static inline json *json_member(const json *object, const char *name) {
  for (int i = 0; object->kind == JSON_OBJECT && i < object->count; i++) {
    if (same_text(object->names[i], name)) {
      return object->items[i];
    }
  }
  return NULL;
}

#endif
