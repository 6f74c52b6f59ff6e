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
from network import EXACTA, Child, Network, consensus_address, host_address, net, protocol

VALIDATORS = 4
EPOCH_BLOCKS = 120
# Numbers of fields: QueryAuditsResponse.settlements, ChainParameters.vote_epochs.
SETTLEMENTS = 9
VOTE_EPOCHS = 44
# What a query ends with while its node restarts.
UNANSWERED = (OSError, LookupError, TypeError, ValueError)


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


def settled(network, epoch):
    """Whether an auditor attested what a host settled of an epoch's orders, and the ledger paid it."""
    try:
        audits = network.nodes[0].rpc.query("/exacta.v1.Query/Audits", protocol.message(f1=epoch))
    except UNANSWERED:
        return False
    for settlement in map(protocol.parse, audits.get(SETTLEMENTS, [])):
        duties = map(protocol.parse, settlement.get(4, []))
        if settlement.get(3, [0])[0] and settlement.get(6) and any(duty.get(3) for duty in duties):
            return True
    return False


class Weights:
    """The weights of the hosts in each epoch's plan, by consensus address, as they were seen."""

    def __init__(self, network):
        self.network, self.plans = network, {}
        self.addresses = {host_address(node): consensus_address(node) for node in network.nodes}

    def look(self):
        rpc = self.network.nodes[0].rpc
        try:
            before = self.epoch(rpc)
            if before in self.plans:
                return
            hosts = map(protocol.parse, rpc.query("/exacta.v1.Query/Hosts")[1])
            weights = {self.addresses[host[1][0].decode()]: host.get(7, [0])[0] for host in hosts}
            if self.epoch(rpc) == before:
                self.plans[before] = weights
        except UNANSWERED:
            pass  # a node that restarts; the next look is soon

    @staticmethod
    def epoch(rpc):
        return rpc.query("/exacta.v1.Query/Network").get(3, [0])[0]

    def powers(self, epoch, vote_epochs):
        """What rules L41 and L42 make of the plans up to that one. A mean is over as many plans for all, so sums do."""
        plans = [self.plans.get(e, {}) for e in range(epoch - vote_epochs + 1, epoch + 1)]
        votes = {address: sum(plan.get(address, 0) for plan in plans) for address, weight in self.plans[epoch].items() if weight}
        cap = max(300_000, 1_000_000 // len(votes))
        return {address: min(cap, 1_000_000 * vote // sum(votes.values())) for address, vote in votes.items()}


def powers(network, height):
    found = network.nodes[0].rpc.result("validators", height=str(height), per_page="100")
    return {validator["address"]: int(validator["voting_power"]) for validator in found["validators"]}


def power_follows_work(network, weights, last, checks):
    """In every epoch whose plan has weight, the validators' powers are what the Sprints' counts make of them."""
    first = powers(network, 1)
    checks.that("the first validators have equal power", len(set(first.values())) == 1, sorted(first.values()))
    parameters = protocol.parse(network.nodes[0].rpc.query("/exacta.v1.Query/Parameters")[2][0])
    vote_epochs = parameters[VOTE_EPOCHS][0]
    followed, differing = {}, []
    for epoch, plan in sorted(weights.plans.items()):
        middle = epoch * EPOCH_BLOCKS + EPOCH_BLOCKS // 2
        if not any(plan.values()) or middle > last:
            continue
        seen, expected = powers(network, middle), weights.powers(epoch, vote_epochs)
        followed[epoch] = sorted(seen.values())
        if seen != expected:
            differing.append((epoch, seen, expected))
    for epoch, seen in followed.items():
        print(f"        epoch {epoch}: weights {sorted(weights.plans[epoch].values())}, powers {seen}", flush=True)
    wanted = min(3, last // EPOCH_BLOCKS - 1)
    distinct = len({tuple(seen) for seen in followed.values()})
    checks.that("power follows the Sprints", not differing and distinct >= wanted, differing or f"{len(followed)} epochs, {distinct} different")


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
            epoch = max(heights(network)) // EPOCH_BLOCKS
        seconds = 60 + 4 * blocks
        weights = Weights(network)
        if with_roles and blocks > 2 * EPOCH_BLOCKS:
            # Looked at in time: the ledger forgets an epoch's audits some epochs later.
            paid = net.until(lambda: weights.look() or settled(network, epoch), seconds, 1)
            checks.that("the chat is settled, audited and paid", bool(paid), f"epoch {epoch}, height {max(heights(network))}")
        net.until(lambda: weights.look() or min(heights(network)) > blocks, seconds, 1)
        last = min(heights(network)) - 1
        checks.that(f"{blocks} blocks", last >= blocks, f"{time.monotonic() - begun:.0f} s, heights {heights(network)}")
        same_hashes(network, 1, last, checks)
        if with_roles and last > EPOCH_BLOCKS + 10:
            power_follows_work(network, weights, last, checks)
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
