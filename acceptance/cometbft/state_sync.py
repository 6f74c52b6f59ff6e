"""Nodes that join with a snapshot, while a server lies. Named by statesync.sh."""

import base64
import json
import pathlib
import random
import sys
import tempfile
import time

from checks import Checks
from liar import Liar
from joined import Joined, log
from network import Network, net, protocol

INTERVAL = 20
KEPT_BLOCKS = 100
FURTHER_BLOCKS = 20


def add_accounts(network, count):
    """To the genesis of all nodes, the same: accounts with play money."""
    source = random.Random(1)
    added = [{"address": protocol.bech32("gonka", source.randbytes(20)), "balance": "1000000"} for _ in range(count)]
    for node in network.nodes:
        file = node.comet_home / "config" / "genesis.json"
        genesis = json.loads(file.read_text("utf-8"))
        genesis["app_state"]["accounts"] += added
        file.write_text(json.dumps(genesis), "utf-8")


def lies(node):
    """Puts a liar between this node's CometBFT and its ledger."""
    path = node.home / "liar.sock"
    file = node.comet_home / "config" / "config.toml"
    text = file.read_text("utf-8").replace("abci.sock", path.name)
    file.write_text(text, "utf-8")
    return lambda: Liar(path, node.home / "abci.sock")


def lines(node, text):
    return [line.split(": ", 1)[1] for line in log(node).splitlines() if text in line]


def joins(network, name, port, checks):
    node = Joined(network, name, port)
    newest = max(each.height() for each in network.nodes)
    begun = time.monotonic()
    node.start()
    node.await_restored()
    node.await_height(newest)
    seconds = time.monotonic() - begun
    restored = lines(node, "restored the state of height")
    status = node.rpc.result("status")["sync_info"]
    checks.that(f"{name} begins with a snapshot", bool(restored) and int(status["earliest_block_height"]) > 1, restored)
    checks.that(f"{name} follows the chain", True, f"{seconds:.1f} s from its start to height {newest}")
    return node


def same_hashes(network, node, checks):
    first = node.height()
    last = node.await_height(first + FURTHER_BLOCKS, 120)
    info = node.info()
    height = int(info["last_block_height"])
    network.nodes[0].await_height(height + 1)
    differing = [
        at for at in range(first, last + 1)
        if node.header(at)["app_hash"] != network.nodes[0].header(at)["app_hash"]]
    checks.that("app hashes of further blocks are equal", not differing, f"heights {first} to {last}")
    ours = base64.b64decode(info["last_block_app_hash"]).hex().upper()
    checks.that("its own ledger has them", network.nodes[0].header(height + 1)["app_hash"] == ours, f"height {height}")


def killed_and_back(node, checks):
    before = node.height()
    node.stop()
    node.start()
    after = node.await_height(before + 2, 120)
    checks.that("kill -9 behind the restoration: goes on from there", len(lines(node, "restored the state")) == 1, f"{before} -> {after}")


def killed_in_the_middle(network, port, checks):
    node = Joined(network, "third", port)
    node.start()
    begun = net.until(lambda: "restoring the state" in log(node), 120, 0.02)
    node.ledger.kill()
    unfinished = "restored the state" not in log(node)
    node.stop()
    node.start()
    node.await_restored()
    restorations = len(lines(node, "restoring the state"))
    # One that was complete already need not begin again.
    checks.that("kill -9 in the middle of a restoration: it begins anew", bool(begun) and (restorations > 1 or not unfinished), f"unfinished: {unfinished}, {restorations} restorations")
    return node


def transfer(network, node, checks):
    net.until(lambda: not node.rpc.result("status")["sync_info"]["catching_up"], 60)
    digest, to = network.transfer(node.rpc)
    result = node.rpc.included(digest)
    checks.that("a transfer sent to a joined node takes effect", result and result["tx_result"]["code"] == 0, result and result["height"])


def main():
    cometbft = sys.argv[1]
    accounts = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    port_base = int(sys.argv[3]) if len(sys.argv) > 3 else 24500
    folder = pathlib.Path(tempfile.mkdtemp(prefix="exacta-sync-"))
    network = Network(folder / "net", cometbft, 2, port_base)
    honest, lying = network.nodes
    add_accounts(network, accounts)
    make_liar = lies(lying)
    checks = Checks()
    running = list(network.nodes)
    liar = None
    try:
        begun = time.monotonic()
        honest.start_ledger("--snapshot-interval", INTERVAL, "--keep-blocks", KEPT_BLOCKS)
        lying.start_ledger("--snapshot-interval", INTERVAL)
        liar = make_liar()
        for node in network.nodes:
            node.start_comet()
        honest.await_height(INTERVAL + 3, 240)
        checks.that(f"two validators with {accounts} accounts make blocks", True, f"height {honest.height()} after {time.monotonic() - begun:.0f} s")
        net.until(lambda: lines(honest, "took a snapshot") and lines(lying, "took a snapshot"), 60)
        checks.that("snapshots are taken", bool(lines(honest, "took a snapshot")), lines(honest, "took a snapshot")[-1:])
        second = joins(network, "second", port_base + 150, checks)
        running.append(second)
        bad = lines(second, "is not what was offered")
        checks.that("bad chunks are refused, and fetched from the other one", bool(bad) and liar.spoiled > 0, f"{liar.spoiled} sent, {len(bad)} refused")
        same_hashes(network, second, checks)
        killed_and_back(second, checks)
        transfer(network, second, checks)
        third = killed_in_the_middle(network, port_base + 152, checks)
        running.append(third)
        same_hashes(network, third, checks)
        honest.await_height(KEPT_BLOCKS + 20, 240)
        earliest = int(honest.rpc.result("status")["sync_info"]["earliest_block_height"])
        checks.that("old blocks are pruned", 1 < earliest <= honest.height() - KEPT_BLOCKS + 1, f"blocks {earliest} to {honest.height()}")
        files = sorted(file.name for file in (honest.home / "snapshots").iterdir())
        sizes = sum(file.stat().st_size for file in (honest.home / "snapshots").iterdir())
        checks.that("two snapshots are kept", len(files) in (2, 3), f"{files}, {sizes:,} bytes")
    finally:
        for node in running:
            node.stop()
        if liar:
            liar.close()
    return checks.end(folder)


if __name__ == "__main__":
    sys.exit(main())
