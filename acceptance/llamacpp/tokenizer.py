"""Tokens of 1,000 texts, with and without control tokens: ours and llama.cpp's must be equal."""

import ctypes
import sys

import llama_cpp

from probe import Probe
from texts import texts


def detokenize(reference, tokens):
    """By llama.cpp itself: the Python package's own method cuts tokens of more than 32 bytes."""
    vocabulary = llama_cpp.llama_model_get_vocab(reference.model)
    array = (llama_cpp.llama_token * max(1, len(tokens)))(*tokens)
    buffer = ctypes.create_string_buffer(65536)
    size = llama_cpp.llama_detokenize(
        vocabulary, array, len(tokens), buffer, len(buffer), False, False
    )
    assert size >= 0
    return buffer.raw[:size].decode(errors="replace")


def main(model, count=1000):
    reference = llama_cpp.Llama(model, vocab_only=True, verbose=False)
    wrong = []
    with Probe(model) as probe:
        for text in texts(count):
            for special in (False, True):
                expected = reference.tokenize(text.encode(), add_bos=False, special=special)
                if special:
                    actual = probe.ask(op="render", template="{{ text }}", data={}, constants={"text": text})
                else:
                    actual = probe.ask(op="tokenize", text=text)
                if actual["tokens"] != expected:
                    wrong.append((special, text, expected, actual["tokens"]))
            back = probe.ask(op="detokenize", tokens=probe.ask(op="tokenize", text=text)["tokens"])
            known = detokenize(reference, reference.tokenize(text.encode(), add_bos=False, special=False))
            if back["text"] != known:
                wrong.append(("detokenize", text, known, back["text"]))
        million = "".join(texts(20000, seed=2))[: 1 << 20]
        speed = probe.ask(op="speed", text=million)
    for case in wrong[:10]:
        print("DIFFERENT:", case)
    print(f"tokenizer: {count} texts, {len(wrong)} differences; 1 Mi characters in {speed['millis']} ms")
    return not wrong


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1]) else 1)
