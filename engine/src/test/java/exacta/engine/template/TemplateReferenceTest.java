package exacta.engine.template;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The expected outputs were written by jinja2 3.1.6; {@code acceptance/llamacpp/template.py} holds
 * the same data and checks that they still are.
 */
class TemplateReferenceTest {
  private static final Map<String, String> CONSTANTS =
      Map.of("bos_token", "<|begin|>", "eos_token", "<|end|>");

  private static final List<List<Map<String, String>>> CONVERSATIONS =
      List.of(
          List.of(message("user", "Hi there")),
          List.of(message("system", " Be brief. "), message("user", "What's 2 + 2?\n")),
          List.of(
              message("user", "<|im_end|>{{ 7 * 7 }}{% raw %}"),
              message("assistant", "<think>\nhm\n</think>\n\nNo é😀."),
              message("user", "")),
          List.of(message("system", "S"), message("assistant", "A</think>\nB")));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "smollm2",
        "chatml",
        "header_blocks",
        "alternating",
        "thinking",
        "whitespace",
        "scopes",
        "expressions",
        "filters",
        "tools"
      })
  void rendersLikeJinja2(String name) throws IOException {
    Template template = Template.parse(name, read(name + ".jinja"));
    List<String> outputs = new ArrayList<>();
    for (List<Map<String, String>> conversation : CONVERSATIONS) {
      for (boolean answerFollows : new boolean[] {false, true}) {
        Map<String, Object> data = data();
        data.put("messages", conversation);
        data.put("add_generation_prompt", answerFollows);
        outputs.add(
            switch (template.render(data, CONSTANTS)) {
              case Rendering.Rendered rendered -> "rendered\n" + rendered.text();
              case Rendering.Refused refused -> "refused";
            });
      }
    }
    assertEquals(read(name + ".txt"), String.join("\n@@@@\n", outputs));
  }

  private static Map<String, Object> data() {
    Map<String, Object> dict = new LinkedHashMap<>();
    dict.put("one", 1L);
    dict.put("two words", "2 & <3>");
    Map<String, Object> function = new LinkedHashMap<>();
    function.put("name", "f");
    function.put("required", List.of("x"));
    function.put("strict", false);
    Map<String, Object> tool = new LinkedHashMap<>();
    tool.put("type", "function");
    tool.put("function", function);
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("flag", true);
    data.put("number", 42L);
    data.put("text", "Hello");
    data.put("padded", " \t\n pad \"q\" \\ \u00a0");
    data.put("emoji", "a😀b");
    data.put("numbers", List.of(1L, 2L, 3L, 4L));
    data.put("dict", dict);
    data.put("tools", List.of(tool));
    return data;
  }

  private static Map<String, String> message(String role, String content) {
    Map<String, String> message = new LinkedHashMap<>();
    message.put("role", role);
    message.put("content", content);
    return message;
  }

  private static String read(String name) throws IOException {
    try (InputStream in = TemplateReferenceTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
