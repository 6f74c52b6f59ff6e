"""A line for every check, and how many failed."""

import shutil


class Checks:
    def __init__(self):
        self.failed = 0

    def that(self, what, holds, seen=""):
        self.failed += not holds
        print(f"{'ok    ' if holds else 'FAILED'}  {what}{f': {seen}' if seen != '' else ''}", flush=True)

    def end(self, folder):
        """The last line, and the exit status; what went well leaves no folder."""
        print("all is well" if not self.failed else f"{self.failed} checks failed; see {folder}")
        if not self.failed:
            shutil.rmtree(folder)
        return 1 if self.failed else 0
