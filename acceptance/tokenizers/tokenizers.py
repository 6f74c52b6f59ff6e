"""Tokens and texts of llama.cpp's vocabularies: ours and llama.cpp's must be equal.

    tokenizers.py FOLDER [COUNT]     FOLDER: models/ of llama.cpp; COUNT: texts for each (1000)

For each vocabulary: the cases that llama.cpp keeps beside it, and generated texts with and without
special tokens; then llama-bpe's vocabulary under each other pre-tokenizer, and llama-spm's without
the space in front. What we don't support must be refused by a message.
"""

import ctypes
import pathlib
import random
import sys
import tempfile

import llama_cpp

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "llamacpp"))

from probe import Probe
from texts import texts
from vocabularies import Metadata

MUST = ["llama-bpe", "llama-spm", "gpt-2", "qwen2"]
REFUSED = ["bert-bge", "nomic-bert-moe"]
RULES = ["", "default", "falcon", "gpt-2", "smollm", "dbrx", "qwen2", "tekken", "gpt-4o"]
RULES += ["deepseek-coder", "deepseek-v3"]
SEPARATOR = "\n__ggml_vocab_test__\n"


def specials(metadata, count=40):
    """Names of special tokens, and stumps of them."""
    kinds = metadata.integers("tokenizer.ggml.token_type")
    names = metadata.texts("tokenizer.ggml.tokens")
    special = [name for name, kind in zip(names, kinds) if kind in (2, 3, 4) and name]
    chosen = special[:10] + random.Random(5).sample(special, min(count, len(special)))
    return chosen + [chosen[0][:-1], chosen[0][1:], "<s>", "</s>", "<unk>", "<0x0A>"]


@llama_cpp.llama_log_callback
def silence(level, text, data):
    pass


class Reference:
    def __init__(self, path):
        parameters = llama_cpp.llama_model_default_params()
        parameters.vocab_only = True
        self.model = llama_cpp.llama_model_load_from_file(str(path).encode(), parameters)
        self.vocabulary = llama_cpp.llama_model_get_vocab(self.model)

    def close(self):
        llama_cpp.llama_model_free(self.model)

    def tokens(self, text, special):
        data = text.encode()
        found = (llama_cpp.llama_token * (len(data) + 16))()
        count = llama_cpp.llama_tokenize(
            self.vocabulary, data, len(data), found, len(found), False, special
        )
        assert count >= 0
        return list(found[:count])

    def text(self, tokens):
        """Of each token, one after the other: llama.cpp's own whole texts lose some spaces."""
        data = b""
        for token in tokens:
            buffer = ctypes.create_string_buffer(1024)
            size = llama_cpp.llama_token_to_piece(
                self.vocabulary, token, buffer, len(buffer), 0, False
            )
            assert size >= 0
            data += buffer.raw[:size]
        return data.decode(errors="replace")


def compare(name, probe, path, inputs, cases=()):
    opened = probe.ask(op="open", path=str(path))
    if "refused" in opened:
        print(f"{name}: REFUSED: {opened['refused']}")
        return False
    reference = Reference(path)
    wrong = []
    for text, expected in cases:
        actual = probe.ask(op="tokenize", texts=[text], special=False)["tokens"][0]
        if actual != expected:
            wrong.append(("case", text, expected, actual))
    for special in (False, True):
        all_actual = probe.ask(op="tokenize", texts=inputs, special=special)["tokens"]
        for text, actual in zip(inputs, all_actual):
            expected = reference.tokens(text, special)
            if actual != expected:
                wrong.append((special, text, expected, actual))
    # Without special tokens, whose rendering is another matter.
    all_tokens = [reference.tokens(text, False) for text in inputs]
    all_back = probe.ask(op="detokenize", answers=all_tokens)["texts"]
    for tokens, back in zip(all_tokens, all_back):
        if back != reference.text(tokens):
            wrong.append(("detokenize", tokens, reference.text(tokens), back))
    reference.close()
    for case in wrong[:5]:
        print("DIFFERENT:", case)
    print(
        f"{name}: {len(cases)} cases, {len(inputs)} texts, {len(wrong)} differences;"
        f" opened in {opened['millis']} ms"
    )
    return not wrong


def own_cases(path):
    """The texts and tokens that llama.cpp keeps beside a vocabulary."""
    inputs, outputs = (path.with_suffix(".gguf" + end) for end in (".inp", ".out"))
    if not inputs.exists():
        return []
    texts_of = inputs.read_bytes().decode().split(SEPARATOR)
    tokens_of = [list(map(int, line.split())) for line in outputs.read_text().splitlines()]
    # The file ends with a separator, or its last text has no line of tokens.
    return list(zip(texts_of, tokens_of))


def main(folder, count=1000):
    llama_cpp.llama_log_set(silence, ctypes.c_void_p(0))
    same = True
    with tempfile.TemporaryDirectory() as scratch, Probe() as probe:
        target = pathlib.Path(scratch, "vocabulary.gguf")

        def check(name, metadata, cases=()):
            architecture = metadata.get_text("general.architecture")
            if f"{architecture}.context_length" not in metadata.entries:
                metadata.set_integer(f"{architecture}.context_length", 512)
            metadata.write(target)
            return compare(name, probe, target, texts(count, specials=specials(metadata)), cases)

        for path in sorted(pathlib.Path(folder).glob("ggml-vocab-*.gguf")):
            name = path.stem.removeprefix("ggml-vocab-")
            cases = own_cases(path)
            if name in MUST and not cases:
                print(f"{name}: NO CASES")
                same = False
            if name in REFUSED:
                metadata = Metadata(path)
                metadata.set_integer(
                    metadata.get_text("general.architecture") + ".context_length", 512
                )
                metadata.write(target)
                answer = probe.ask(op="open", path=str(target)).get("refused")
                print(f"{name}: refused as it should be: {answer}")
                same = same and bool(answer)
            else:
                same = check(name, Metadata(path), cases) and same
        for rule in RULES:
            metadata = Metadata(pathlib.Path(folder, "ggml-vocab-llama-bpe.gguf"))
            metadata.set_text("tokenizer.ggml.pre", rule)
            same = check(f"llama-bpe by the rule '{rule}'", metadata) and same
        metadata = Metadata(pathlib.Path(folder, "ggml-vocab-llama-spm.gguf"))
        metadata.set_flag("tokenizer.ggml.add_space_prefix", False)
        same = check("llama-spm without a space in front", metadata) and same
    return same


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1], *map(int, sys.argv[2:3])) else 1)
