"""Asks exacta.acceptance.ModelProbe, whose command line is in the variable EXACTA_PROBE."""

import json
import os
import shlex
import subprocess

import llama_cpp
import numpy


class Probe:
    def __init__(self):
        command = shlex.split(os.environ["EXACTA_PROBE"])
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, model, **question):
        self.process.stdin.write(json.dumps({"model": str(model), **question}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the probe has ended; see its messages above")
        return json.loads(line)

    def logits(self, model, tokens, last):
        return numpy.array(self.ask(model, tokens=tokens, last=last)["logits"])


def silence():
    """Keeps llama.cpp from writing; what is given back must live as long as that is wanted."""

    @llama_cpp.llama_log_callback
    def drop(level, text, data):
        pass

    llama_cpp.llama_log_set(drop, None)
    return drop
