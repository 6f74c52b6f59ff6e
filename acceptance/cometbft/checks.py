"""A line for every check, and how many failed."""


class Checks:
    def __init__(self):
        self.failed = 0

    def that(self, what, holds, seen=""):
        self.failed += not holds
        print(f"{'ok    ' if holds else 'FAILED'}  {what}{f': {seen}' if seen != '' else ''}", flush=True)
