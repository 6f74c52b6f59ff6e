"""Four validators killed, parted and cloned. Named by faults.sh."""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from checks import Checks
from links import Links
from network import Network, Node, host_address, net, protocol

VALIDATORS = 4
HALTED_SECONDS = 10
GOES_ON_SECONDS = 30
CATCHES_UP_SECONDS = 120
HOSTS = "/exacta.v1.Query/Hosts"
CONVICTIONS = "/exacta.v1.Query/Convictions"
DOUBLE_SIGNATURE_SLASH = 20  # a part of the collateral: 5 %


def heights(nodes):
    return [node.height() for node in nodes]


def go_on(nodes, seconds, blocks=2):
    """Seconds until each of the nodes has made some more blocks than any has now; none: it did not."""
    begun = time.monotonic()
    goal = max(heights(nodes)) + blocks
    if net.until(lambda: min(heights(nodes)) >= goal, seconds):
        return time.monotonic() - begun
    return None


def halted(nodes):
    """Whether no more than the block that was being decided was made."""
    before = max(heights(nodes))
    net.until(lambda: max(heights(nodes)) > before + 1, HALTED_SECONDS)
    return max(heights(nodes)) <= before + 1


def said(seconds):
    return "no" if seconds is None else f"after {seconds:.1f} s"


def any_one_killed(nodes, checks):
    for index, node in enumerate(nodes):
        others = nodes[:index] + nodes[index + 1 :]
        node.stop()
        took = go_on(others, GOES_ON_SECONDS)
        checks.that(f"kill -9 of node {index + 1}: the others go on", took is not None, said(took))
        node.start()
        goal = max(heights(others)) + 2
        begun = time.monotonic()
        back = net.until(lambda node=node, goal=goal: node.height() >= goal, CATCHES_UP_SECONDS)
        checks.that(f"kill -9 of node {index + 1}: it catches up", bool(back), f"block {goal} after {time.monotonic() - begun:.1f} s")


def two_killed(nodes, checks):
    for node in nodes[2:]:
        node.stop()
    checks.that("kill -9 of two: the chain halts", halted(nodes[:2]), heights(nodes[:2]))
    nodes[2].start()
    took = go_on(nodes[:3], GOES_ON_SECONDS)
    checks.that(f"one of them restarted: it goes on within {GOES_ON_SECONDS} s", took is not None, said(took))
    nodes[3].start()
    took = go_on(nodes, CATCHES_UP_SECONDS)
    checks.that("the other one restarted: all go on", took is not None, said(took))


def partitions(nodes, links, checks):
    links.part({0})
    took = go_on(nodes[1:], CATCHES_UP_SECONDS)
    checks.that("one cut off from three: the three go on", took is not None, said(took))
    checks.that("... and the one makes no block", nodes[0].height() < min(heights(nodes[1:])), heights(nodes))
    links.heal()
    took = go_on(nodes, CATCHES_UP_SECONDS)
    checks.that("... healed: it catches up", took is not None, said(took))
    links.part({0, 1})
    checks.that("two cut off from two: the chain halts", halted(nodes), heights(nodes))
    links.heal()
    took = go_on(nodes, CATCHES_UP_SECONDS)
    checks.that("... healed: it goes on", took is not None, said(took))


def clone_of(network, original, port):
    """A fifth node with the consensus key of another, but a name and a memory of its own."""
    home = network.home / "nodes" / "clone"
    shutil.copytree(original.home, home, ignore=shutil.ignore_patterns("ledger", "ledger.log", "comet.log", "data", "abci.sock", "lock", "log"))
    config = home / "cometbft" / "config"
    (home / "cometbft" / "data").mkdir()
    (home / "cometbft" / "data" / "priv_validator_state.json").write_text('{"height": "0", "round": 0, "step": 0}')
    (config / "node_key.json").unlink()
    subprocess.run([network.cometbft, "gen-node-key", "--home", home / "cometbft"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    text = (config / "config.toml").read_text().replace(str(original.home / "abci.sock"), str(home / "abci.sock"))
    for section, offset in (("[rpc]", 1), ("[p2p]", 0)):
        before, after = text.split(section)
        old = after.split('laddr = "tcp://127.0.0.1:')[1].split('"')[0]
        text = before + section + after.replace(f"127.0.0.1:{old}", f"127.0.0.1:{port + offset}", 1)
    (config / "config.toml").write_text(text)
    return Node(home, network.cometbft)


def collateral(node, address):
    for host in node.rpc.query(HOSTS).get(1, []):
        record = protocol.parse(host)
        if record[1][0].decode() == address:
            return record.get(6, [0])[0]
    raise LookupError(f"no host {address}")


def evidence(node, first, last):
    found = 0
    for height in range(first, last + 1):
        found += len(node.rpc.result("block", height=str(height))["block"]["evidence"]["evidence"] or [])
    return found


def cloned_key(network, nodes, port, checks):
    host = host_address(nodes[3])
    before = collateral(nodes[0], host)
    first = nodes[0].height()
    clone = clone_of(network, nodes[3], port)
    try:
        clone.start()
        net.until(lambda: collateral(nodes[0], host) < before, 120, 1)
        punished = nodes[0].height()
        after = collateral(nodes[0], host)
        checks.that("a cloned key is punished", after == before - before // DOUBLE_SIGNATURE_SLASH, f"{before} -> {after}, in block {punished} at the latest")
        took = go_on(nodes[:3], CATCHES_UP_SECONDS, 60)
        last = nodes[0].height() - 1
        count = evidence(nodes[0], first, last)
        checks.that("... once, however often it signs twice", collateral(nodes[0], host) == after, f"evidence in blocks: {count}")
        checks.that("... and convicted once", len(nodes[0].rpc.query(CONVICTIONS).get(1, [])) == 1)
        checks.that("... while the chain goes on", took is not None, said(took))
    finally:
        clone.stop()
    took = go_on(nodes, CATCHES_UP_SECONDS)
    checks.that("the clone stopped: all go on", took is not None, said(took))


def same_hashes(nodes, checks):
    last = min(heights(nodes)) - 1
    differing = 0
    for height in range(1, last + 1):
        headers = [node.header(height) for node in nodes]
        differing += len({(header["app_hash"], header["last_block_id"]["hash"]) for header in headers}) != 1
    checks.that("blocks and app hashes of all nodes are equal", not differing, f"{last} blocks")


def main():
    cometbft = sys.argv[1]
    port_base = int(sys.argv[2]) if len(sys.argv) > 2 else 23500
    folder = pathlib.Path(tempfile.mkdtemp(prefix="exacta-faults-"))
    network = Network(folder / "net", cometbft, VALIDATORS, port_base)
    nodes = network.nodes
    links = Links(nodes)
    checks = Checks()
    try:
        for node in nodes:
            node.start()
        took = go_on(nodes, CATCHES_UP_SECONDS)
        checks.that("four nodes make blocks", took is not None, said(took))
        any_one_killed(nodes, checks)
        two_killed(nodes, checks)
        partitions(nodes, links, checks)
        cloned_key(network, nodes, port_base + 180, checks)
        same_hashes(nodes, checks)
    finally:
        network.stop()
    return checks.end(folder)


if __name__ == "__main__":
    sys.exit(main())
