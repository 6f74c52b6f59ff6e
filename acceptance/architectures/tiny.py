"""Tiny models of every architecture in every format: our last logits, llama.cpp's, and the 64-bit truth."""

import os
import pathlib
import sys
import tempfile

import llama_cpp
import numpy

import families
import files
import reference
from probe import Probe, silence

SEEDS = range(int(os.environ.get("SEEDS", "3")))
TOKENS = 90
LAST = 40
CORRELATION_PLAIN = 0.9999
CORRELATION_QUANTIZED = 0.995

# Both engines round activations to 8 bits; in the formats with blocks of 32 they do it alike, so there
# neither is nearer to the truth but by chance: by so much in one model, by so much in all together.
CHANCE_ONE = 1.12
CHANCE_ALL = 1.01


def theirs(model, tokens):
    llama = llama_cpp.Llama(str(model), n_ctx=families.CONTEXT, n_threads=1, logits_all=True, verbose=False)
    llama.eval(tokens)
    logits = numpy.array(llama.scores[len(tokens) - LAST : len(tokens)], numpy.float64)
    llama.close()
    return logits


def compare(probe, model, family, name, seed):
    """Correlation of the last logits, and squared distances to the truth, relative to its spread."""
    encoded, meant = files.encode_all(families.weights(family, seed), name)
    files.write(model, family, encoded)
    tokens = families.prompt(seed, TOKENS)
    truth = reference.logits(family, meant, tokens)[-LAST:]
    our, their = probe.logits(model, tokens, LAST), theirs(model, tokens)
    squares = [((logits - truth) ** 2).mean() / truth.var() for logits in (our, their)]
    return numpy.corrcoef(our[-1], their[-1])[0, 1], numpy.array(squares)


def main(wanted):
    probe = Probe()
    kept = silence()
    failures = []
    sums = {name: numpy.zeros(2) for name in files.FORMATS}

    def line(title, name, correlation, our, their, bad):
        if bad:
            failures.append(f"{title} in {name}")
        print(f"{title:19} {name:5} {correlation} {our:12.6f} {their:12.6f}{'  <-' if bad else ''}", flush=True)

    print(f"{'':24}{'correlation':>12}{'distance to the truth: ours, theirs':>38}")
    with tempfile.TemporaryDirectory() as folder:
        model = pathlib.Path(folder, "tiny.gguf")
        for family in families.FAMILIES:
            if wanted and family.name not in wanted:
                continue
            for name in files.FORMATS:
                results = [compare(probe, model, family, name, seed) for seed in SEEDS]
                lowest = min(correlation for correlation, _ in results)
                squares = numpy.mean([squares for _, squares in results], axis=0)
                sums[name] += squares
                our, their = numpy.sqrt(squares)
                floor = CORRELATION_PLAIN if name == "F32" else CORRELATION_QUANTIZED
                line(family.name, name, f"{lowest:11.7f}", our, their, lowest <= floor or our > their * CHANCE_ONE)
    for name, squares in sums.items():
        our, their = numpy.sqrt(squares)
        line("all together", name, " " * 11, our, their, our > their * (CHANCE_ONE if wanted else CHANCE_ALL))
    print("architectures: " + ("wrong: " + ", ".join(failures) if failures else "all as they should be"))
    return not failures


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
