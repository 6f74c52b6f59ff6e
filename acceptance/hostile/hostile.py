"""Bad input at every port of a running demo: each gets a clear error, and afterwards everything still works.

Named by run.sh, with the demo.json in the home of the demo."""

import json
import pathlib
import resource
import subprocess
import sys
import time

import gateway_cases
import host_cases
import http_cases
import net
import protocol
import rpc_cases
from table import Table

ROOT = pathlib.Path(__file__).parents[2]
CROWD = 1500


def raise_limit():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CROWD if hard == resource.RLIM_INFINITY else min(hard, 2 * CROWD)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def main(file):
    raise_limit()
    with open(file, encoding="utf-8") as f:
        demo = json.load(f)
    table = Table()
    gateway = gateway_cases.Gateway(demo["gateway"], demo["apiKey"], demo["model"])
    rpc = rpc_cases.Rpc(demo["rpc"])
    key = protocol.Key.of_mnemonic(demo["mnemonic"])
    chain = rpc.result("status")["node_info"]["network"]
    before = rpc.height()
    works(table, gateway, rpc, "before")

    gateway_cases.run(gateway, table)
    rpc_cases.run(rpc, key, chain, table)
    offer = host_cases.run(rpc, key, chain, table)

    def host_alive():
        return net.send(offer.url, "GET", "/v1/status", timeout=20).status == 200

    def rpc_alive():
        return rpc.height() > 0

    def gateway_alive():
        return net.send(gateway.url, "GET", "/v1/models", b"", gateway.headers(), 20).status == 200

    ports = (("gateway", gateway.url, "POST", gateway_cases.CHAT, gateway.headers(), gateway_alive),
             ("rpc", rpc.url, "POST", "/", {"Content-Type": "application/json"}, rpc_alive),
             ("host", offer.url, "POST", host_cases.ORDER, host_cases.BINARY, host_alive))
    for name, url, method, path, headers, alive in ports:
        http_cases.run(name, url, method, path, headers, table, alive)
    for name, url, method, path, headers, alive in ports:
        http_cases.patience(name, url, method, path, headers, table, alive, CROWD)

    http_cases.unfinished(ports, table)

    works(table, gateway, rpc, "afterwards")
    table.row("all", "blocks made meanwhile", rpc.height() > before, f"{before} -> {rpc.height()}")
    conserved(table, rpc)
    doctor(table, pathlib.Path(file).resolve().parent)
    convictions = rpc.query("/exacta.v1.Query/Convictions").get(1, [])
    table.row("all", "nobody was convicted", not convictions, f"{len(convictions)} convictions")
    return table.summary()


def works(table, gateway, rpc, when):
    begun = time.monotonic()
    text = net.until(gateway.chat, 120, 2)
    table.row("all", f"a chat works {when}", bool(text), repr(text), time.monotonic() - begun)
    height = rpc.height()
    moved = net.until(lambda: rpc.height() > height, 60)
    table.row("all", f"height moves {when}", bool(moved), f"{height} -> {rpc.height()}")


def doctor(table, home):
    done = subprocess.run([ROOT / "exacta", "doctor", "--home", home], capture_output=True, text=True, timeout=600, check=False)
    table.row("all", "exacta doctor", done.returncode == 0, done.stdout or done.stderr)


def conserved(table, rpc):
    """The chain's own books add up."""
    supply = protocol.parse(rpc.query("/exacta.v1.Query/Network")[7][0])
    amount = lambda field: supply.get(field, [0])[0]
    parts = sum(amount(field) for field in range(3, 11))
    table.row("all", "supply is conserved", amount(1) - amount(2) == parts, f"minted {amount(1)} - burned {amount(2)} = {parts}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
