package exacta.engine.grammar;

import exacta.engine.grammar.JsonValue.Fields;
import exacta.engine.grammar.JsonValue.Flag;
import exacta.engine.grammar.JsonValue.Items;
import exacta.engine.grammar.JsonValue.Null;
import exacta.engine.grammar.JsonValue.Text;
import exacta.engine.grammar.ProgramBuilder.Label;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes a grammar of a JSON schema. Spec: constrained.md#schemas. */
final class SchemaCompiler {
  /** They say nothing about which values fit. */
  private static final int OPTIONAL_ROW_MAX = 200;

  private static final Set<String> ANNOTATIONS =
      Set.of(
          "title",
          "description",
          "default",
          "examples",
          "deprecated",
          "readOnly",
          "writeOnly",
          "format",
          "strict",
          "$schema",
          "$id",
          "$comment",
          "$defs",
          "definitions");

  private static final Map<String, Set<String>> KEYWORDS =
      Map.of(
          "object", Set.of("properties", "required", "additionalProperties"),
          "array", Set.of("items", "minItems", "maxItems"),
          "string", Set.of("minLength", "maxLength"),
          "integer", Set.of(),
          "number", Set.of(),
          "boolean", Set.of(),
          "null", Set.of());

  private final JsonValue root;
  private final ProgramBuilder out = new ProgramBuilder();
  private final JsonRules json;

  /** Rules of what references point at. */
  private final Map<String, Integer> rules = new HashMap<>();

  /** References from which no way leads back without a byte that is read. */
  private final Set<String> progressing = new HashSet<>();

  private SchemaCompiler(JsonValue root) {
    this.root = root;
    out.rule(() -> value(root, "#"));
    json = new JsonRules(out);
  }

  static Grammar compile(String text) {
    if (text.getBytes(StandardCharsets.UTF_8).length > Grammar.SCHEMA_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a schema has at most " + Grammar.SCHEMA_BYTES_MAX + " bytes");
    }
    return new SchemaCompiler(JsonReader.read(text)).out.build();
  }

  private void value(JsonValue schema, String path) {
    if (schema instanceof Flag flag && flag.value()) {
      json.any();
      return;
    }
    if (!(schema instanceof Fields object)) {
      throw wrong(path, "a schema is an object, or true");
    }
    Fields fields = object;
    if (fields.fields().containsKey("$ref")) {
      reference(fields, path);
    } else if (fields.fields().containsKey("anyOf") || fields.fields().containsKey("allOf")) {
      combination(fields, path);
    } else if (fields.fields().containsKey("const")) {
      constants(fields, List.of(fields.fields().get("const")), "const", path);
    } else if (fields.fields().get("enum") instanceof Items items) {
      constants(fields, items.items(), "enum", path);
    } else {
      List<String> types = types(fields, path);
      allow(fields, path, types);
      if (types.isEmpty()) {
        json.any();
      } else {
        out.choice(types.stream().<Runnable>map(type -> () -> typed(type, fields, path)).toList());
      }
    }
  }

  private void reference(Fields schema, String path) {
    only(schema, path, Set.of("$ref"));
    out.call(rule(schema, path));
  }

  /** The rule of a reference; references that lead to nothing but themselves are refused. */
  private int rule(Fields schema, String path) {
    if (!(schema.fields().get("$ref") instanceof Text pointer) || !pointer.text().startsWith("#")) {
      throw wrong(path, "'$ref' points into the schema itself, as #/$defs/name does");
    }
    JsonValue target = find(pointer.text(), path);
    requireProgress(target, pointer.text(), new HashSet<>());
    Integer known = rules.get(pointer.text());
    if (known == null) {
      known = out.rule(() -> value(target, pointer.text()));
      rules.put(pointer.text(), known);
    }
    return known;
  }

  /**
   * Whatever can be reached without reading a byte must not lead back. Looks at each reference
   * once: a stranger's schema may have more ways through them than can be walked.
   *
   * @param open the references on the way here
   */
  private void requireProgress(JsonValue schema, String path, Set<String> open) {
    if (progressing.contains(path)) {
      return;
    }
    if (!open.add(path)) {
      throw wrong(path, "the schema refers to itself and to nothing else");
    }
    for (JsonValue next : transparent(schema)) {
      if (next instanceof Fields fields && fields.fields().get("$ref") instanceof Text pointer) {
        requireProgress(find(pointer.text(), path), pointer.text(), open);
      }
    }
    open.remove(path);
    progressing.add(path);
  }

  /** A schema, and those that it is a combination of. */
  private static List<JsonValue> transparent(JsonValue schema) {
    List<JsonValue> all = new ArrayList<>(List.of(schema));
    if (schema instanceof Fields fields) {
      for (String name : List.of("anyOf", "allOf")) {
        if (fields.fields().get(name) instanceof Items items) {
          items.items().forEach(item -> all.addAll(transparent(item)));
        }
      }
    }
    return all;
  }

  private JsonValue find(String pointer, String path) {
    JsonValue value = root;
    String[] names = pointer.substring(1).split("/", -1);
    for (int i = 1; i < names.length; i++) {
      String name = names[i].replace("~1", "/").replace("~0", "~");
      value =
          switch (value) {
            case Fields fields -> fields.fields().get(name);
            case Items items
                when name.matches("[0-9]{1,4}") && Integer.parseInt(name) < items.items().size() ->
                items.items().get(Integer.parseInt(name));
            default -> null;
          };
      if (value == null) {
        throw wrong(path, "there is no '" + pointer + "' to refer to");
      }
    }
    if (!names[0].isEmpty()) {
      throw wrong(path, "'$ref' points into the schema itself, as #/$defs/name does");
    }
    return value;
  }

  private void combination(Fields schema, String path) {
    boolean any = schema.fields().containsKey("anyOf");
    String name = any ? "anyOf" : "allOf";
    only(schema, path, Set.of(name));
    if (!(schema.fields().get(name) instanceof Items items) || items.items().isEmpty()) {
      throw wrong(path, "'" + name + "' is a list of schemas");
    }
    if (!any && items.items().size() > 1) {
      throw wrong(path, "'allOf' is supported with a single schema only");
    }
    List<Runnable> alternatives = new ArrayList<>();
    for (JsonValue item : items.items()) {
      String place = path + "/" + name + "/" + alternatives.size();
      alternatives.add(() -> value(item, place));
    }
    out.choice(alternatives);
  }

  private void constants(Fields schema, List<JsonValue> values, String name, String path) {
    only(schema, path, Set.of(name, "type"));
    List<String> types = types(schema, path);
    List<String> texts = new ArrayList<>();
    for (JsonValue value : values) {
      if (types.isEmpty() || types.stream().anyMatch(type -> isOf(value, type))) {
        StringBuilder text = new StringBuilder();
        JsonValue.write(value, text);
        texts.add(text.toString());
      }
    }
    if (texts.isEmpty()) {
      throw wrong(path, "'" + name + "' leaves no value");
    }
    out.oneOf(texts);
  }

  private static boolean isOf(JsonValue value, String type) {
    return switch (value) {
      case Fields _ -> type.equals("object");
      case Items _ -> type.equals("array");
      case Text _ -> type.equals("string");
      case Flag _ -> type.equals("boolean");
      case Null _ -> type.equals("null");
      case JsonValue.Number number ->
          type.equals("number") || type.equals("integer") && number.digits().matches("-?[0-9]+");
    };
  }

  /** Without a type the keywords of one say which it is; none: any value. */
  private List<String> types(Fields schema, String path) {
    List<String> types = new ArrayList<>();
    switch (schema.fields().get("type")) {
      case null ->
          KEYWORDS.keySet().stream()
              .sorted()
              .filter(type ->
                  KEYWORDS.get(type).stream().anyMatch(name -> schema.fields().containsKey(name)))
              .forEach(types::add);
      case Text type -> types.add(type.text());
      case Items items
          when !items.items().isEmpty()
              && items.items().stream().allMatch(Text.class::isInstance) ->
          items.items().forEach(type -> types.add(((Text) type).text()));
      default -> throw wrong(path, "'type' is a name or a list of names");
    }
    for (String type : types) {
      if (!KEYWORDS.containsKey(type)) {
        throw wrong(path, "there is no type '" + type + "'");
      }
    }
    return types;
  }

  private void allow(Fields schema, String path, List<String> types) {
    Set<String> allowed = new HashSet<>(Set.of("type"));
    types.forEach(type -> allowed.addAll(KEYWORDS.get(type)));
    only(schema, path, allowed);
  }

  private void typed(String type, Fields schema, String path) {
    switch (type) {
      case "object" -> object(schema, path);
      case "array" -> {
        int[] bounds = bounds(schema, "minItems", "maxItems", path);
        Optional<JsonValue> items = Optional.ofNullable(schema.fields().get("items"));
        int item = out.rule(() -> value(items.orElse(new Flag(true)), path + "/items"));
        out.open(out.rule(() -> json.array(bounds[0], bounds[1], () -> out.call(item))));
      }
      case "string" -> {
        int[] bounds = bounds(schema, "minLength", "maxLength", path);
        json.string(bounds[0], bounds[1]);
      }
      case "integer" -> json.integer();
      case "number" -> json.number();
      case "boolean" -> out.choice(List.of(() -> out.literal("true"), () -> out.literal("false")));
      case "null" -> out.literal("null");
      default -> throw new AssertionError(type);
    }
  }

  private int[] bounds(Fields schema, String minName, String maxName, String path) {
    int min = bound(schema, minName, path).orElse(0);
    int max = bound(schema, maxName, path).orElse(-1);
    if (max >= 0 && max < min) {
      throw wrong(path, "'" + maxName + "' is below '" + minName + "'");
    }
    return new int[] {min, max};
  }

  private Optional<Integer> bound(Fields schema, String name, String path) {
    return switch (schema.fields().get(name)) {
      case null -> Optional.empty();
      case JsonValue.Number number when number.digits().matches("[0-9]{1,9}") ->
          Optional.of(Integer.parseInt(number.digits()));
      default -> throw wrong(path, "'" + name + "' is an integer from 0");
    };
  }

  private void object(Fields schema, String path) {
    JsonValue properties = schema.fields().get("properties");
    Optional<JsonValue> more =
        Optional.ofNullable(schema.fields().get("additionalProperties"))
            .filter(value -> !(value instanceof Flag flag && !flag.value()));
    List<String> required = required(schema, path);
    if (properties instanceof Fields named && !named.fields().isEmpty()) {
      if (more.isPresent()) {
        throw wrong(path, "beside 'properties', 'additionalProperties' is supported as false only");
      }
      if (!named.fields().keySet().containsAll(required)) {
        throw wrong(path, "'required' names what 'properties' does not");
      }
      requireFewOptional(named, required, path);
      out.open(out.rule(() -> properties(named, required, path)));
    } else if (properties != null && !(properties instanceof Fields) || !required.isEmpty()) {
      throw wrong(path, "'properties' is an object that has all that is required");
    } else if (more.isPresent()) {
      out.open(out.rule(() -> json.map(() -> value(more.get(), path + "/additionalProperties"))));
    } else if (schema.fields().containsKey("additionalProperties") || properties != null) {
      out.open(
          out.rule(() -> {
            out.literal("{");
            json.space();
            out.literal("}");
          }));
    } else {
      json.anyObject();
    }
  }

  /** Each of them may be the next: more would soon be more ways than the automaton follows. */
  private static void requireFewOptional(Fields named, List<String> required, String path) {
    Set<String> needed = Set.copyOf(required);
    int row = 0;
    for (String name : named.fields().keySet()) {
      row = needed.contains(name) ? 0 : row + 1;
      if (row > OPTIONAL_ROW_MAX) {
        throw wrong(
            path, "more than " + OPTIONAL_ROW_MAX + " properties in a row are not in 'required'");
      }
    }
  }

  private List<String> required(Fields schema, String path) {
    return switch (schema.fields().get("required")) {
      case null -> List.of();
      case Items items when items.items().stream().allMatch(Text.class::isInstance) ->
          items.items().stream().map(name -> ((Text) name).text()).toList();
      default -> throw wrong(path, "'required' is a list of names");
    };
  }

  /**
   * Properties in the order of the schema. Which come, and whether a comma goes before the next,
   * are two things to remember: so there are two rows of places, one for "none so far".
   */
  private void properties(Fields named, List<String> required, String path) {
    List<Map.Entry<String, JsonValue>> entries = List.copyOf(named.fields().entrySet());
    int count = entries.size();
    Label[] none = labels(count + 1);
    Label[] some = labels(count + 1);
    out.literal("{");
    json.space();
    for (int i = 0; i < count; i++) {
      String name = entries.get(i).getKey();
      JsonValue schema = entries.get(i).getValue();
      int pair =
          out.rule(() -> {
            StringBuilder key = new StringBuilder();
            JsonValue.write(new Text(name), key);
            out.literal(key.toString());
            json.colon();
            value(schema, path + "/properties/" + name);
          });
      boolean optional = !required.contains(name);
      property(none[i], none[i + 1], some[i + 1], optional, () -> out.call(pair));
      property(
          some[i],
          some[i + 1],
          some[i + 1],
          optional,
          () -> {
            json.comma();
            out.call(pair);
          });
    }
    out.place(some[count]);
    json.space();
    out.place(none[count]);
    out.literal("}");
  }

  private void property(Label at, Label skipped, Label taken, boolean optional, Runnable pair) {
    out.place(at);
    if (optional) {
      Label take = new Label();
      out.split(take, skipped);
      out.place(take);
    }
    pair.run();
    out.split(taken);
  }

  private static Label[] labels(int count) {
    Label[] labels = new Label[count];
    Arrays.setAll(labels, i -> new Label());
    return labels;
  }

  private static void only(Fields schema, String path, Set<String> allowed) {
    for (String name : schema.names()) {
      if (!allowed.contains(name) && !ANNOTATIONS.contains(name)) {
        throw wrong(path, "'" + name + "' is not supported here");
      }
    }
  }

  private static IllegalArgumentException wrong(String path, String what) {
    return new IllegalArgumentException("schema at " + path + ": " + what);
  }
}
