"""kill -9 of a host process in mid-stream leaves the answer unbroken. Named by run.sh."""

import json
import pathlib
import shutil
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "kill"))

from demo import Demo, Process, text_of  # noqa: E402

QUESTION = "Tell me a long story about a lighthouse keeper and the sea."
TOKENS = 120
SEED = 42
WAIT_SECONDS_MAX = 300


def wait_for(what, condition):
    end = time.monotonic() + WAIT_SECONDS_MAX
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.2)
    raise SystemExit(f"{what} did not come within {WAIT_SECONDS_MAX} s")


class Joined:
    """A host that is cheaper than the demo's, so that the gateway likes it best."""

    def __init__(self, demo, folder, port):
        self.demo, self.folder, self.port = demo, folder, port
        self.process = None

    def start(self):
        arguments = ("host", "--demo", self.demo.file, "--home", self.folder / "host", "--port", self.port)
        prices = ("--input-price", 1000, "--output-price", 1000)
        self.process = Process(self.folder / "host.log", *arguments, *prices)
        return wait_for("the joined host", self.address)

    def address(self):
        self.process.require_alive()
        for host in self.demo.state().get("hosts", []):
            if host["url"].endswith(f":{self.port}") and host["registered"]:
                return host["address"]
        return None


def stream(demo, killed_after=None, joined=None):
    """The answer's text, and who gave its parts; kills the joined host after so many chunks of it."""
    text, parts, count, killed = "", [], 0, False
    for chunk in demo.stream(QUESTION, TOKENS, temperature=0.7, seed=SEED):
        text += text_of(chunk)
        parts = chunk.get("exacta", {}).get("parts", parts)
        count += bool(text_of(chunk))
        if joined and not killed and count >= killed_after:
            joined.process.kill()
            killed = True
    return text, parts


def once(demo, joined, number):
    address = joined.start()
    # The gateway has to see the new host and to give it a lane first.
    wait_for("an order for the joined host", lambda: served_by(demo, address))
    broken, parts = stream(demo, 5 + 7 * number, joined)
    whole, _ = stream(demo)
    hosts = [part["host"] for part in parts]
    went_on = len(hosts) > 1 and hosts[0] == address and hosts[-1] != address
    ok = went_on and broken == whole and bool(whole)
    said = f"{parts[0]['tokens']} tokens, then {parts[-1]['tokens']} from another host" if went_on else f"parts: {json.dumps(hosts)}"
    print(f"{number}  {'equal' if broken == whole else 'DIFFERS'}  {said}", flush=True)
    if broken != whole:
        print(f"  with kill:    {broken!r}\n  without kill: {whole!r}", flush=True)
    return ok


def served_by(demo, address):
    with demo.ask("Say hello.", 4, temperature=0) as answer:
        return json.load(answer)["exacta"].get("host") == address


def main():
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    base = int(sys.argv[2]) if len(sys.argv) > 2 else 19700
    folder = pathlib.Path(tempfile.mkdtemp())
    demo = Demo(folder / "demo", base)
    joined = Joined(demo, folder, base + 30)
    try:
        print(f"the demo answers after {demo.start():.0f} s", flush=True)
        ok = [once(demo, joined, number + 1) for number in range(times)]
    finally:
        for process in (joined.process, demo.process):
            if process and process.child.poll() is None:
                process.stop()
        shutil.rmtree(folder, ignore_errors=True)
    if not all(ok):
        raise SystemExit(f"{ok.count(False)} of {times} went wrong")
    print(f"{times} of {times}: one unbroken answer each")


main()
