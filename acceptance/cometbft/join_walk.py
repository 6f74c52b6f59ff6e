"""From an empty folder to a validator. Named by join.sh."""

import pathlib
import sys
import tempfile
import time

from checks import Checks
from joined import Joined
from network import EXACTA, Child, Network, consensus_address, host_address, net

INTERVAL = 20
GONKA = 10**9
PATIENCE = 480


def power(rpc, address):
    found = rpc.result("validators", per_page="100")["validators"]
    return next((int(each["voting_power"]) for each in found if each["address"] == address), 0)


def signs(rpc, address):
    commit = rpc.result("commit")["signed_header"]["commit"]
    return any(each["validator_address"] == address for each in commit["signatures"])


def main():
    cometbft = sys.argv[1]
    port_base = int(sys.argv[2]) if len(sys.argv) > 2 else 25500
    folder = pathlib.Path(tempfile.mkdtemp(prefix="exacta-join-"))
    network = Network(folder / "net", cometbft, 1, port_base)
    first = network.nodes[0]
    checks = Checks()
    up = Child(folder / "up.log", EXACTA, "network", "up", "--home", network.home, "--cometbft", cometbft,
               "--snapshot-interval", str(INTERVAL))
    node = host = None
    try:
        started = net.until(lambda: first.height() > INTERVAL + 3, 180)
        checks.that("a network of one validator makes blocks", bool(started), f"height {first.height()}")
        node = Joined(network, "node", port_base + 150)
        node.start()
        node.await_restored()
        earliest = int(node.rpc.result("status")["sync_info"]["earliest_block_height"])
        checks.that("a node joins with a snapshot", earliest > 1, f"its first block is {earliest}")
        net.until(lambda: not node.rpc.result("status")["sync_info"]["catching_up"], 60)
        digest, _ = network.transfer(node.rpc, 4_000 * GONKA, host_address(node))
        funded = node.rpc.included(digest)
        checks.that("its host is sent the deposits", funded and funded["tx_result"]["code"] == 0)
        begun = time.monotonic()
        host = Child(folder / "host.log", EXACTA, "host", "--rpc", node.rpc.url, "--home", f"{node.home}-host",
                     "--validator", node.home, "--model", network.described["modelFile"], "--port", str(port_base + 160),
                     EXACTA_HOME=str(folder / "empty"))
        registered = net.until(lambda: "its consensus key counts" in host.said() or not host.alive(), 120) and host.alive()
        checks.that("the host serves, and registers its consensus key", bool(registered), host.said().splitlines()[-1:])
        address = consensus_address(node)
        net.until(lambda: power(first.rpc, address) > 0, PATIENCE, 1)
        checks.that("it becomes a validator", power(first.rpc, address) > 0,
                    f"power {power(first.rpc, address)} after {time.monotonic() - begun:.0f} s, height {first.height()}")
        checks.that("it signs blocks", bool(net.until(lambda: signs(first.rpc, address), 60)), f"height {first.height()}")
        last = min(first.height(), node.height())
        equal = first.header(last)["app_hash"] == node.header(last)["app_hash"]
        checks.that("app hashes are equal", equal, f"height {last}")
    finally:
        if host:
            host.kill()
        if node:
            node.stop()
        up.process.terminate()
        if up.ended(60) is None:
            up.kill()
    return checks.end(folder)


if __name__ == "__main__":
    sys.exit(main())
