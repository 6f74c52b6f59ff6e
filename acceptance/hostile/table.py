"""What was tried and what came back."""

import time


class Table:
    def __init__(self):
        self.rows = []
        self.failed = 0

    def row(self, port, what, ok, said, seconds=0.0):
        said = " ".join(str(said).split())[:110]
        self.rows.append((port, what, ok, said))
        self.failed += not ok
        print(f"{'ok  ' if ok else 'FAIL'} {port:8} {what:52} {seconds:6.1f} s  {said}", flush=True)

    def answer(self, port, what, ask, wanted, reason):
        """Asks, and wants one of these statuses and a reason in words; status 0 is a connection that was closed."""
        begun = time.monotonic()
        answer = ask()
        seconds = time.monotonic() - begun
        words = reason(answer)
        ok = answer.status in wanted and (bool(words) or answer.status in (0, 200))
        self.row(port, what, ok, f"{answer.status or 'closed'} {words or answer.note or answer.text()[:80]}", seconds)
        return answer

    def summary(self):
        good = sum(row[2] for row in self.rows)
        print(f"\n{good} of {len(self.rows)} as they should be")
        for port, what, ok, said in self.rows:
            if not ok:
                print(f"  FAIL {port}: {what}: {said}")
        return 1 if self.failed else 0
