"""kill -9 of a demo, again and again: it must always come up again, with nothing lost. Named by run.sh."""

import pathlib
import random
import shutil
import sys
import tempfile
import time
import urllib.error

from demo import Demo

QUESTION = "Tell me a long story about a lighthouse keeper and the sea."
PHASES = ("compute", "commit", "audit", "answer", "dispute", "verdict")
WAIT_SECONDS_MAX = 300
HEADER = ("kill", "in the middle of", "height", "restart s", "goes on from", "block kept", "transfer", "doctor", "chat")
FORMAT = "{:>4}  {:<26} {:>7} {:>9} {:>12}  {:<10} {:<9} {:<7} {}"


def in_sprint(demo, chance, phase):
    """Waits for this window of a Sprint, and some moments of it."""
    end = time.monotonic() + WAIT_SECONDS_MAX
    while time.monotonic() < end:
        state = demo.state()
        for window in state.get("sprint", {}).get("windows", []):
            if window["name"] == phase and window["from"] <= state["height"] <= window["to"]:
                time.sleep(chance.random() * state["intervalMillis"] / 1000)
                return f"Sprint {state['sprint']['number']}, {phase}"
        time.sleep(0.1)
    raise SystemExit(f"no Sprint came to its window {phase} within {WAIT_SECONDS_MAX} s")


def kill_in_stream(demo, chance):
    """Reads some chunks and kills while more are to come."""
    wanted = chance.randint(2, 25)
    count = 0
    height, block, digest = before(demo)
    try:
        for chunk in demo.stream(QUESTION, 200):
            count += 1
            if count == wanted:
                demo.kill()
                break
    except (OSError, ValueError):
        pass
    if count < wanted:
        raise SystemExit(f"the answer had only {count} chunks")
    return f"a stream, {count} chunks in", height, block, digest


def kill_in_sprint(demo, chance, phase):
    where = in_sprint(demo, chance, phase)
    height, block, digest = before(demo)
    demo.kill()
    return where, height, block, digest


def before(demo):
    """What must be there again: the newest block, and a transfer that the chain has just taken."""
    height = demo.rpc.height()
    return height, demo.block_hash(height), demo.transfer()


def once(demo, number, chance):
    if number % 2:
        where, height, block, digest = kill_in_stream(demo, chance)
    else:
        where, height, block, digest = kill_in_sprint(demo, chance, PHASES[number // 2 % len(PHASES)])
    healthy, said = demo.doctor()
    seconds = demo.start()
    first = demo.rpc.height()
    kept = demo.block_hash(height) == block
    included = demo.rpc.included(digest)
    moved = first
    end = time.monotonic() + 60
    while moved <= max(first, height) and time.monotonic() < end:
        moved = demo.rpc.height()
        time.sleep(0.1)
    chat = demo.answer("What is the capital of France?", 16)
    ok = healthy and kept and bool(included) and first >= height and moved > first and bool(chat)
    row = (number, where, height, f"{seconds:.1f}", f"{first}", "yes" if kept else "NO", f"in {included['height']}" if included else "LOST",
           "well" if healthy else "ILL", repr(chat[:40]) if chat else "NO ANSWER")
    print(FORMAT.format(*row), flush=True)
    if not healthy:
        print("     doctor: " + said, flush=True)
    return ok


def main(times="10", port_base="18500", seed="1"):
    chance = random.Random(int(seed))
    folder = pathlib.Path(tempfile.mkdtemp(prefix="exacta-kill-"))
    demo = Demo(folder / "home", int(port_base))
    failed = 0
    try:
        print(f"first start: {demo.start():.1f} s; home {demo.home}", flush=True)
        print(FORMAT.format(*HEADER), flush=True)
        for number in range(1, int(times) + 1):
            failed += not once(demo, number, chance)
        code = demo.process.stop()
        healthy, said = demo.doctor()
        print(f"stopped with code {code}; doctor: {said}")
        failed += not healthy
    finally:
        if demo.process and demo.process.child.poll() is None:
            demo.kill()
    print(f"{times} kills, {failed} failures" + (f"; home and log are in {folder}" if failed else ""))
    if not failed:
        shutil.rmtree(folder)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except urllib.error.URLError as e:
        sys.exit(f"the demo did not answer: {e}")
