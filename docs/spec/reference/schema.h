/* The program of a JSON schema. Spec: constrained.md, section Schemas. What that page refuses is not looked at
 * here. */
#ifndef SCHEMA_H
#define SCHEMA_H

#include "program.h"

/* Rule 7 */
static inline void emit_constant(grammar *g, const json *value);

static inline void emit_quoted(grammar *g, text t) {
  emit_word(g, "\"");
  for (uint64_t i = 0; i < t.length; i++) {
    static const char plain[] = "\"\\\n\r\t", escaped[] = "\"\\nrt";
    char code[8], byte = (char)t.bytes[i];
    const char *known = byte ? strchr(plain, byte) : NULL;
    if (known) {
      snprintf(code, sizeof code, "\\%c", escaped[known - plain]);
      emit_word(g, code);
    } else if (t.bytes[i] < 0x20) {
      snprintf(code, sizeof code, "\\u%04x", t.bytes[i]);
      emit_word(g, code);
    } else {
      emit_text(g, (text){1, t.bytes + i});
    }
  }
  emit_word(g, "\"");
}

static inline void emit_constant(grammar *g, const json *value) {
  switch (value->kind) {
    case JSON_NULL: emit_word(g, "null"); break;
    case JSON_FALSE: emit_word(g, "false"); break;
    case JSON_TRUE: emit_word(g, "true"); break;
    case JSON_NUMBER: emit_text(g, value->string); break;
    case JSON_STRING: emit_quoted(g, value->string); break;
    default:
      emit(g, OPEN, 0);
      emit_word(g, value->kind == JSON_OBJECT ? "{" : "[");
      for (int i = 0; i < value->count; i++) {
        emit_word(g, i ? "," : "");
        if (value->kind == JSON_OBJECT) {
          emit_quoted(g, value->names[i]);
          emit_word(g, ":");
        }
        emit_constant(g, value->items[i]);
      }
      emit_word(g, value->kind == JSON_OBJECT ? "}" : "]");
      emit(g, CLOSE, 0);
  }
}

static inline int schema_rule(grammar *g, const json *schema);

static inline void comma(grammar *g) {
  emit_word(g, ",");
  emit_space(g);
}

static inline int whole_of(const json *schema, const char *key, int missing) {
  const json *value = json_member(schema, key);
  return value ? atoi((const char *)value->string.bytes) : missing;
}

/* Rule 12: array. */
static inline void emit_array(grammar *g, const json *schema) {
  const json *items = json_member(schema, "items");
  int least = whole_of(schema, "minItems", 0), most = whole_of(schema, "maxItems", -1);
  int rule = schema_rule(g, items);
  choice c;
  emit(g, OPEN, 0);
  emit_word(g, "[");
  emit_space(g);
  choice_begin(g, &c);
  if (least == 0) {
    emit_word(g, "]");
  } else {
    emit(g, READ, 0); /* of no byte: it is not empty */
  }
  if (most != 0) {
    choice_next(g, &c);
    emit_times(g, rule, least > 0 ? least : 1, most, comma);
    emit_space(g);
    emit_word(g, "]");
  }
  choice_end(g, &c);
  emit(g, CLOSE, 0);
}

/* Rule 12: an object of any names. */
static inline void emit_map(grammar *g, const json *values) {
  int names = string_rule(g), rule = schema_rule(g, values), over = emit(g, JUMP, 0), pair = g->count;
  choice c;
  emit(g, CALL, names);
  emit_word(g, ":");
  emit_space(g);
  emit(g, CALL, rule);
  emit(g, RETURN, 0);
  here(g, over);
  emit(g, OPEN, 0);
  emit_word(g, "{");
  emit_space(g);
  choice_begin(g, &c);
  emit_word(g, "}");
  choice_next(g, &c);
  emit_times(g, pair, 1, -1, comma);
  emit_space(g);
  emit_word(g, "}");
  choice_end(g, &c);
  emit(g, CLOSE, 0);
}

static inline int is_required(const json *schema, text name) {
  const json *required = json_member(schema, "required");
  for (int i = 0; required && i < required->count; i++) {
    text one = required->items[i]->string;
    if (one.length == name.length && memcmp(one.bytes, name.bytes, name.length) == 0) {
      return 1;
    }
  }
  return 0;
}

/* The properties from number i on, `some` if there was one before. */
static inline void emit_properties(grammar *g, const json *schema, const int *rules, int i, int some) {
  const json *properties = json_member(schema, "properties");
  if (i == properties->count) {
    if (some) {
      emit_space(g);
    }
    emit_word(g, "}");
    return;
  }
  int skip = is_required(schema, properties->names[i]) ? -1 : emit(g, SPLIT, 0);
  if (some) {
    comma(g);
  }
  emit_quoted(g, properties->names[i]);
  emit_word(g, ":");
  emit_space(g);
  emit(g, CALL, rules[i]);
  if (skip < 0) {
    emit_properties(g, schema, rules, i + 1, 1);
    return;
  }
  if (some) {
    here(g, skip);
    emit_properties(g, schema, rules, i + 1, 1);
    return;
  }
  emit_properties(g, schema, rules, i + 1, 1);
  int over = emit(g, JUMP, 0);
  here(g, skip);
  emit_properties(g, schema, rules, i + 1, 0);
  here(g, over);
}

/* Rule 12: object. */
static inline void emit_object(grammar *g, const json *schema) {
  const json *properties = json_member(schema, "properties");
  const json *others = json_member(schema, "additionalProperties");
  if (!properties && !(others && others->kind == JSON_FALSE)) {
    emit_map(g, others);
    return;
  }
  int count = properties ? properties->count : 0, *rules = calloc((size_t)count + 1, sizeof *rules);
  for (int i = 0; i < count; i++) {
    rules[i] = schema_rule(g, properties->items[i]);
  }
  emit(g, OPEN, 0);
  emit_word(g, "{");
  emit_space(g);
  if (properties) {
    emit_properties(g, schema, rules, 0, 0);
  } else {
    emit_word(g, "}");
  }
  emit(g, CLOSE, 0);
  free(rules);
}

static const char *const TYPES[] = {"object", "array", "string", "integer", "number", "boolean", "null"};

/* Rule 12: whether a schema has the type: as it says, or else by its keywords. */
static inline int has_type(const json *schema, const char *type) {
  const json *given = json_member(schema, "type");
  static const char *const keywords[][2] = {
      {"properties", "object"}, {"required", "object"},  {"additionalProperties", "object"},
      {"items", "array"},       {"minItems", "array"},   {"maxItems", "array"},
      {"minLength", "string"},  {"maxLength", "string"},
  };
  if (given && given->kind == JSON_STRING) {
    return same_text(given->string, type);
  }
  for (int i = 0; given && i < given->count; i++) {
    if (same_text(given->items[i]->string, type)) {
      return 1;
    }
  }
  for (size_t i = 0; !given && i < sizeof keywords / sizeof *keywords; i++) {
    if (strcmp(keywords[i][1], type) == 0 && json_member(schema, keywords[i][0])) {
      return 1;
    }
  }
  return 0;
}

static inline void emit_type(grammar *g, const json *schema, const char *type) {
  choice c;
  switch (type[0]) {
    case 'o': emit_object(g, schema); break;
    case 'a': emit_array(g, schema); break;
    case 's': emit_string(g, whole_of(schema, "minLength", 0), whole_of(schema, "maxLength", -1)); break;
    case 'i': emit_integer(g); break;
    case 'b':
      choice_begin(g, &c);
      emit_word(g, "true");
      choice_next(g, &c);
      emit_word(g, "false");
      choice_end(g, &c);
      break;
    default: type[1] == 'u' && type[2] == 'm' ? emit_number(g) : emit_word(g, "null");
  }
}

/* Rule 13: whether a constant is of a type. */
static inline int is_of_type(const json *value, const char *type) {
  static const char *const names[] = {"null", "boolean", "boolean", "number", "string", "array", "object"};
  if (strcmp(type, "integer") == 0) {
    text t = value->string;
    int whole = value->kind == JSON_NUMBER;
    for (uint64_t i = 0; whole && i < t.length; i++) {
      whole = !strchr(".eE", t.bytes[i]);
    }
    return whole;
  }
  return strcmp(names[value->kind], type) == 0;
}

static inline int is_allowed_constant(const json *schema, const json *value) {
  int allowed = !json_member(schema, "type");
  for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
    allowed |= has_type(schema, TYPES[i]) && is_of_type(value, TYPES[i]);
  }
  return allowed;
}

static inline void emit_constants(grammar *g, const json *schema, json *const *values, int count) {
  choice c;
  choice_begin(g, &c);
  emit(g, READ, 0); /* of no byte */
  for (int i = 0; i < count; i++) {
    if (is_allowed_constant(schema, values[i])) {
      choice_next(g, &c);
      emit_constant(g, values[i]);
    }
  }
  choice_end(g, &c);
}

/* Rule 14: what a pointer leads to. */
static inline const json *target_of(const grammar *g, text pointer) {
  const json *at = g->root;
  uint64_t i = 1;
  while (at && i < pointer.length) {
    char name[256];
    int length = 0;
    for (i++; i < pointer.length && pointer.bytes[i] != '/' && length < 255; i++) {
      int escaped = pointer.bytes[i] == '~';
      i += (uint64_t)escaped;
      name[length++] = (char)(!escaped ? pointer.bytes[i] : pointer.bytes[i] == '1' ? '/' : '~');
    }
    name[length] = 0;
    if (at->kind == JSON_ARRAY) {
      at = atoi(name) < at->count ? at->items[atoi(name)] : NULL;
    } else {
      at = json_member(at, name);
    }
  }
  if (!at) {
    fail("a schema refers to nothing", "$ref");
  }
  return at;
}

/* Rule 14 */
static inline void emit_any_of(grammar *g, const json *schemas) {
  int *rules = calloc((size_t)schemas->count + 1, sizeof *rules);
  choice c;
  for (int i = 0; i < schemas->count; i++) {
    rules[i] = schema_rule(g, schemas->items[i]);
  }
  choice_begin(g, &c);
  for (int i = 0; i < schemas->count; i++) {
    if (i > 0) {
      choice_next(g, &c);
    }
    emit(g, CALL, rules[i]);
  }
  choice_end(g, &c);
  free(rules);
}

/* Rule 11: any value; there is no schema that types could be read from. */
static inline void emit_types(grammar *g, const json *schema, int all) {
  static const json none = {JSON_TRUE, {0, NULL}, 0, NULL, NULL};
  choice c;
  choice_begin(g, &c);
  emit(g, READ, 0); /* of no byte */
  for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
    if (all ? strcmp(TYPES[i], "integer") != 0 : has_type(schema, TYPES[i])) {
      choice_next(g, &c);
      emit_type(g, all ? &none : schema, TYPES[i]);
    }
  }
  choice_end(g, &c);
}

static inline int says_nothing(const json *schema) {
  for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
    if (has_type(schema, TYPES[i])) {
      return 0;
    }
  }
  return 1;
}

static inline void emit_schema(grammar *g, const json *schema) {
  const json *any = json_member(schema, "anyOf"), *all = json_member(schema, "allOf");
  const json *reference = json_member(schema, "$ref"), *list = json_member(schema, "enum");
  json *constant = json_member(schema, "const");
  if (any || all) {
    emit_any_of(g, any ? any : all);
  } else if (reference) {
    emit(g, CALL, schema_rule(g, target_of(g, reference->string)));
  } else if (list) {
    emit_constants(g, schema, list->items, list->count);
  } else if (constant) {
    emit_constants(g, schema, &constant, 1);
  } else {
    emit_types(g, schema, says_nothing(schema));
  }
}

/* The rule of a schema, which is made once; NULL is the schema of all values. */
static inline int schema_rule(grammar *g, const json *schema) {
  for (int i = 0; i < g->rule_count; i++) {
    if (g->schemas[i] == schema) {
      return g->rules[i];
    }
  }
  int over = emit(g, JUMP, 0), number = g->rule_count++;
  g->schemas = realloc(g->schemas, sizeof *g->schemas * (size_t)g->rule_count);
  g->rules = realloc(g->rules, sizeof *g->rules * (size_t)g->rule_count);
  g->schemas[number] = schema;
  g->rules[number] = g->count;
  if (!schema || schema->kind == JSON_TRUE) {
    emit_types(g, NULL, 1);
  } else {
    emit_schema(g, schema);
  }
  emit(g, RETURN, 0);
  here(g, over);
  return g->rules[number];
}

#endif
