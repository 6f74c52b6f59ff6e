"""Teacher-forced over a fixed text: how often our most likely token is llama.cpp's, and by how much not."""

import pathlib
import statistics
import sys

import llama_cpp
import numpy

from probe import Probe

SHARE_MIN = 0.94
MEDIAN_GAP_MAX = 0.15
TOKENS_MIN = 2000


def main(model):
    documents = pathlib.Path(__file__).with_name("text.txt").read_text().split("----\n")
    reference = llama_cpp.Llama(model, n_ctx=1024, logits_all=True, verbose=False)
    count = 0
    gaps = []
    differences = []
    with Probe(model) as probe:
        for document in documents:
            tokens = reference.tokenize(document.encode(), add_bos=False, special=True)
            assert len(tokens) <= 1024, "a document fits the context"
            reference.reset()
            reference.eval(tokens)
            theirs = numpy.array(reference.scores[: len(tokens)])
            their_best = theirs.argmax(axis=1)
            ours = probe.ask(op="logits", tokens=tokens, at=their_best.tolist())
            for i, best in enumerate(ours["best"]):
                differences.append(abs(ours["given"][i] - float(theirs[i].max())))
                if best != their_best[i]:
                    gaps.append(ours["top"][i] - ours["given"][i])
            count += len(tokens)
    share = 1 - len(gaps) / count
    median = statistics.median(gaps) if gaps else 0.0
    print(
        f"logits: {count} tokens, equal most likely token in {share:.2%}; where they part,"
        f" gap of the two logits: median {median:.3f}, largest {max(gaps, default=0):.3f};"
        f" their best logit, ours against theirs: median difference"
        f" {statistics.median(differences):.3f}, largest {max(differences):.3f}"
    )
    return count >= TOKENS_MIN and share >= SHARE_MIN and median <= MEDIAN_GAP_MAX


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1]) else 1)
