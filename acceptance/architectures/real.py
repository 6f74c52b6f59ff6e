"""Gemma 3 270M in Q4_K_M: our logits and greedy answers beside llama.cpp's."""

import hashlib
import pathlib
import sys

import llama_cpp
import numpy

from probe import Probe, silence

SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"

# More than the model's window of 512, so that its local layers forget the beginning.
TOKENS = 700
LAST = 12
ANSWER = 32
CORRELATION = 0.995
SHARE = 0.9
GAP = 1.0

PROMPTS = [
    "The capital of France is",
    "Water boils at",
    "Once upon a time, in a small village by the sea,",
    "The three primary colours are",
    "To bake bread you need flour,",
    "In 1969, the first people",
    "The opposite of hot is",
    "A triangle has",
]


def main(model):
    digest = hashlib.sha256(pathlib.Path(model).read_bytes()).hexdigest()
    if digest != SHA256:
        raise SystemExit(f"{model} has the SHA-256 {digest} instead of {SHA256}; delete it and run this again")
    kept = silence()
    llama = llama_cpp.Llama(model, n_ctx=1024, logits_all=True, verbose=False)
    probe = Probe()

    def theirs(tokens, count):
        llama.reset()
        llama.eval(tokens)
        return numpy.array(llama.scores[len(tokens) - count : len(tokens)], numpy.float64)

    text = pathlib.Path(__file__).parent.with_name("llamacpp").joinpath("text.txt").read_text()
    tokens = llama.tokenize(text.encode(), add_bos=True)[:TOKENS]
    assert len(tokens) == TOKENS, "the text is long enough"
    our, their = probe.logits(model, tokens, LAST), theirs(tokens, LAST)
    lowest = min(numpy.corrcoef(our[i], their[i])[0, 1] for i in range(LAST))
    print(f"real: lowest correlation of logits at the last {LAST} of {TOKENS} tokens: {lowest:.5f}")

    prompts = [llama.tokenize(prompt.encode(), add_bos=True) for prompt in PROMPTS]
    answers = probe.ask(model, prompts=prompts, greedy=ANSWER)["answers"]
    equal, total, largest = 0, 0, 0.0
    for prompt, answer in zip(prompts, answers):
        logits = theirs(prompt + answer[:-1], len(answer))
        gaps = [float(row.max() - row[token]) for row, token in zip(logits, answer)]
        equal += sum(gap == 0 for gap in gaps)
        total += len(gaps)
        largest = max(largest, *gaps)
        print("real:", repr(llama.detokenize(prompt + answer).decode(errors="replace")))
    print(
        f"real: {equal} of {total} tokens of our greedy answers are llama.cpp's most likely ones; where they are not,"
        f" its logits differ by {largest:.3f} at most"
    )
    return lowest > CORRELATION and equal >= SHARE * total and largest <= GAP


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1]) else 1)
