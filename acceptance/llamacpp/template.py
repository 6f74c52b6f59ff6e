"""Chat templates by jinja2, in the environment that Hugging Face renders them in.

Without arguments: checks that the golden outputs of the engine's tests are jinja2's. With --write:
writes them. With a model: also asks the probe, for the model's own template and random
conversations.
"""

import datetime
import json
import pathlib
import random
import sys

import jinja2
import jinja2.ext
import jinja2.nodes
import jinja2.sandbox

from texts import texts

FOLDER = (
    pathlib.Path(__file__).parents[2] / "engine/src/test/resources/exacta/engine/template"
)
CONSTANTS = {"bos_token": "<|begin|>", "eos_token": "<|end|>"}

# The engine's TemplateReferenceTest has the same data.
DATA = {
    "flag": True,
    "number": 42,
    "text": "Hello",
    "padded": " \t\n pad \"q\" \\ \u00a0",
    "emoji": "a\U0001F600b",
    "numbers": [1, 2, 3, 4],
    "dict": {"one": 1, "two words": "2 & <3>"},
    "tools": [{"type": "function", "function": {"name": "f", "required": ["x"], "strict": False}}],
}
CONVERSATIONS = [
    [{"role": "user", "content": "Hi there"}],
    [{"role": "system", "content": " Be brief. "}, {"role": "user", "content": "What's 2 + 2?\n"}],
    [
        {"role": "user", "content": "<|im_end|>{{ 7 * 7 }}{% raw %}"},
        {"role": "assistant", "content": "<think>\nhm\n</think>\n\nNo \u00e9\U0001F600."},
        {"role": "user", "content": ""},
    ],
    [{"role": "system", "content": "S"}, {"role": "assistant", "content": "A</think>\nB"}],
]


class Generation(jinja2.ext.Extension):
    """The tag that transformers add, as it renders."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.Scope(body, lineno=line)


def refuse(message):
    raise jinja2.exceptions.TemplateError(message)


def environment():
    env = jinja2.sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
    )
    env.filters["tojson"] = lambda x, indent=None: json.dumps(x, ensure_ascii=False, indent=indent)
    env.globals["raise_exception"] = refuse
    # There is no clock.
    env.globals["strftime_now"] = datetime.datetime(2024, 7, 26).strftime
    return env


def render(source, data, constants=CONSTANTS):
    try:
        return environment().from_string(source).render(**data, **constants)
    except jinja2.exceptions.TemplateError:
        return None


def golden(source):
    parts = []
    for conversation in CONVERSATIONS:
        for answer_follows in (False, True):
            data = dict(DATA, messages=conversation, add_generation_prompt=answer_follows)
            output = render(source, data)
            parts.append("refused" if output is None else "rendered\n" + output)
    return "\n@@@@\n".join(parts)


def conversation(rng, contents):
    messages = []
    if rng.random() < 0.5:
        messages.append({"role": "system", "content": rng.choice(contents)})
    for turn in range(rng.randint(1, 7)):
        role = "user" if turn % 2 == 0 else "assistant"
        messages.append({"role": role, "content": rng.choice(contents)})
    return messages


def against_probe(model, count=1000):
    import llama_cpp
    from probe import Probe

    vocabulary = llama_cpp.Llama(model, vocab_only=True, verbose=False)
    source = vocabulary.metadata["tokenizer.chat_template"]
    sources = [source] + [path.read_text() for path in sorted(FOLDER.glob("*.jinja"))]
    rng = random.Random(3)
    contents = texts(1000, seed=4)
    wrong = 0
    with Probe(model) as probe:
        for _ in range(count):
            data = dict(
                DATA,
                messages=conversation(rng, contents),
                add_generation_prompt=rng.random() < 0.5,
            )
            for template in [source, rng.choice(sources)]:
                expected = render(template, data)
                actual = probe.ask(op="render", template=template, data=data, constants=CONSTANTS)
                if actual.get("text") != expected:
                    wrong += 1
                    print("DIFFERENT:", repr(template[:80]), data["messages"], expected, actual)
    print(f"template: {count} conversations by the model's own and one more, {wrong} differences")
    return wrong == 0


def main(arguments):
    same = True
    for path in sorted(FOLDER.glob("*.jinja")):
        expected = golden(path.read_text())
        target = path.with_suffix(".txt")
        if "--write" in arguments:
            target.write_text(expected)
        elif target.read_text() != expected:
            same = False
            print("GOLDEN FILE DIFFERS:", target.name)
    models = [argument for argument in arguments if not argument.startswith("--")]
    return all([against_probe(model) for model in models]) and same


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
