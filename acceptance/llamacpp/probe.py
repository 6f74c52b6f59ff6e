"""Talks to a probe of exacta.acceptance, whose command line is in the variable EXACTA_PROBE."""

import json
import os
import shlex
import subprocess


class Probe:
    def __init__(self, *arguments):
        command = shlex.split(os.environ["EXACTA_PROBE"]) + list(arguments)
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def ask(self, **question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the probe has ended; see its messages above")
        return json.loads(line)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
