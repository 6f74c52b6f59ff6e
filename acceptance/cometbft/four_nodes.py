"""Four validators under `exacta network up`. Named by four.sh."""

import json
import os
import pathlib
import signal
import sys
import tempfile
import time
import urllib.request

from checks import Checks
from network import EXACTA, Child, Network, net

VALIDATORS = 4
EPOCH_BLOCKS = 120


def pids(*wanted):
    """Processes whose command line has all of these words."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
        except OSError:
            continue
        if entry.name.isdigit() and all(word in words for word in wanted):
            found.append(int(entry.name))
    return found


def heights(network):
    return [node.height() for node in network.nodes]


def same_hashes(network, first, last, checks):
    differing = 0
    proposers = set()
    links = 0
    for height in range(first, last + 1):
        blocks = [node.rpc.result("block", height=str(height)) for node in network.nodes]
        differing += len({(block["block_id"]["hash"], block["block"]["header"]["app_hash"]) for block in blocks}) != 1
        proposers.add(blocks[0]["block"]["header"]["proposer_address"])
        links += len(blocks[0]["block"]["data"]["txs"] or []) > 0
    checks.that(f"blocks and app hashes of {VALIDATORS} nodes are equal", not differing, f"{last - first + 1} blocks")
    checks.that("all validators propose", len(proposers) == VALIDATORS)
    checks.that("blocks begin with their proposers' links", links >= (last - first + 1) * 3 // 4, f"{links} of {last - first + 1}")


def transfers(network, checks):
    digest, _ = network.transfer(network.nodes[0].rpc)
    result = network.nodes[0].rpc.included(digest)
    height = int(result["height"])
    network.nodes[3].await_height(height)
    there = network.nodes[3].rpc.included(digest)
    checks.that("a transfer sent to one node is in all", there and there["tx_result"]["code"] == 0, f"height {height}")


def killed(network, what, checks, *words):
    before = max(heights(network))
    for pid in pids(*words):
        os.kill(pid, signal.SIGKILL)
    others = net.until(lambda: min(heights(network)[:3]) > before + 3, 60)
    back = net.until(lambda: heights(network)[3] > before + 3, 120)
    checks.that(f"kill -9 of {what} of node 4: the others go on", bool(others), f"{before} -> {heights(network)[0]}")
    checks.that(f"kill -9 of {what} of node 4: it catches up", bool(back), heights(network))


def chat(network, checks):
    described = network.described
    begun = time.monotonic()
    body = {"model": described["model"], "messages": [{"role": "user", "content": "What is the capital of France?"}], "max_tokens": 16, "temperature": 0}
    headers = {"Authorization": f"Bearer {described['apiKey']}", "Content-Type": "application/json"}

    def ask():
        try:
            request = urllib.request.Request(described["gateway"] + "/v1/chat/completions", json.dumps(body).encode(), headers)
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["choices"][0]["message"]["content"]
        except OSError:
            return None

    answer = net.until(ask, 240, 1)
    checks.that("a chat through the gateway is answered", bool(answer), f"{answer!r} after {time.monotonic() - begun:.0f} s")


def powers(network, height):
    found = network.nodes[0].rpc.result("validators", height=str(height), per_page="100")
    return sorted(int(validator["voting_power"]) for validator in found["validators"])


def power_follows_work(network, last, checks):
    """Plans have weight from the second epoch on, if a Sprint of the first one counted."""
    first, now = powers(network, 1), powers(network, last)
    checks.that("the first validators have equal power", len(set(first)) == 1, first)
    checks.that("power follows the Sprints", now != first and len(now) > 0, now)


def main():
    cometbft = sys.argv[1]
    blocks = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    port_base = int(sys.argv[3]) if len(sys.argv) > 3 else 22500
    with_roles = "roles" in sys.argv[4:]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="exacta-four-"))
    network = Network(folder / "net", cometbft, VALIDATORS, port_base)
    more = [] if with_roles else ["--nodes-only"]
    checks = Checks()
    up = Child(folder / "up.log", EXACTA, "network", "up", "--home", network.home, "--cometbft", cometbft, *more)
    try:
        begun = time.monotonic()
        started = net.until(lambda: min(heights(network)) >= 2 or not up.alive(), 120) and up.alive()
        checks.that("four nodes start and make blocks", bool(started), f"{time.monotonic() - begun:.0f} s")
        transfers(network, checks)
        node = network.nodes[3]
        killed(network, "the ledger", checks, "node", str(node.home))
        killed(network, "CometBFT", checks, "start", str(node.comet_home))
        if with_roles:
            chat(network, checks)
        seconds = 60 + 4 * blocks
        net.until(lambda: min(heights(network)) > blocks, seconds)
        last = min(heights(network)) - 1
        checks.that(f"{blocks} blocks", last >= blocks, f"{time.monotonic() - begun:.0f} s, heights {heights(network)}")
        same_hashes(network, 1, last, checks)
        if with_roles and last > EPOCH_BLOCKS + 10:
            power_follows_work(network, last, checks)
        os.kill(up.process.pid, signal.SIGKILL)
        up.process.wait()
        ended = net.until(lambda: not pids(str(network.nodes[0].comet_home)) and not pids(str(network.nodes[0].home)), 60)
        checks.that("kill -9 of the supervisor ends all", bool(ended))
    finally:
        if up.alive():
            up.process.terminate()
            if up.ended(60) is None:
                up.kill()
    return checks.end(folder)


if __name__ == "__main__":
    sys.exit(main())
