"""A demo as a child process, and what its clients see of it. Standard library only."""

import base64
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "acceptance" / "hostile"))

import protocol  # noqa: E402
import rpc_cases  # noqa: E402

EXACTA = str(ROOT / "exacta")
START_SECONDS_MAX = 600
LOG_LINES = 25


class Process:
    """An exacta process with a log, that can be killed as if the power failed."""

    def __init__(self, log, *arguments):
        self.log = pathlib.Path(log)
        with open(self.log, "ab") as out:
            self.child = subprocess.Popen([EXACTA, *map(str, arguments)], stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True)

    def kill(self):
        """kill -9, for the launcher and the program."""
        os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()

    def stop(self):
        """As a service manager does; Ctrl-C is ignored by what a script starts in the background."""
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(60)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.child.returncode

    def require_alive(self):
        if self.child.poll() is not None:
            lines = self.log.read_text("utf-8", "replace").splitlines()[-LOG_LINES:]
            raise SystemExit(f"exacta ended by itself with {self.child.returncode}:\n" + "\n".join(lines))


class Demo:
    def __init__(self, home, port_base, *more):
        self.home, self.port_base, self.more = pathlib.Path(home), port_base, more
        self.file = self.home / "demo.json"
        self.process = None
        self.described = None

    def start(self):
        """Starts, and waits until a chat is answered; the seconds that took."""
        begun = time.monotonic()
        self.process = Process(self.home.parent / "demo.log", "demo", "--no-chat", "--home", self.home, "--port-base", self.port_base, *self.more)
        while True:
            self.process.require_alive()
            try:
                self.described = json.loads(self.file.read_text("utf-8"))
                if self.answer("Say hello.", 8):
                    return time.monotonic() - begun
            except (OSError, ValueError, KeyError):
                pass
            if time.monotonic() - begun > START_SECONDS_MAX:
                raise SystemExit(f"the demo did not answer a chat within {START_SECONDS_MAX} s; see {self.process.log}")
            time.sleep(0.5)

    def kill(self):
        self.process.kill()

    @property
    def rpc(self):
        return rpc_cases.Rpc(self.described["rpc"])

    def state(self):
        with urllib.request.urlopen(self.described["gateway"] + "/dashboard/state", timeout=20) as answer:
            return json.load(answer)

    def ask(self, question, max_tokens, **more):
        body = {"model": self.described["model"], "messages": [{"role": "user", "content": question}], "max_tokens": max_tokens, **more}
        headers = {"Authorization": f"Bearer {self.described['apiKey']}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.described["gateway"] + "/v1/chat/completions", json.dumps(body).encode(), headers)
        return urllib.request.urlopen(request, timeout=120)

    def answer(self, question, max_tokens):
        with self.ask(question, max_tokens, temperature=0) as answer:
            return json.load(answer)["choices"][0]["message"]["content"]

    def stream(self, question, max_tokens, **more):
        """The chunks of an answer, as they come."""
        with self.ask(question, max_tokens, stream=True, **more) as lines:
            for line in lines:
                if line.startswith(b"data: {"):
                    chunk = json.loads(line[6:])
                    if "error" in chunk:
                        raise RuntimeError(chunk["error"]["message"])
                    yield chunk

    def doctor(self):
        """What the doctor says of the stopped home: whether it is well, and its last line."""
        done = subprocess.run([EXACTA, "doctor", "--home", str(self.home)], capture_output=True, text=True, timeout=300, check=False)
        lines = (done.stdout + done.stderr).strip().splitlines() or ["nothing"]
        return done.returncode == 0, "; ".join(lines)

    def transfer(self):
        """Hands a transfer to the chain; its hash, once the chain has said that it took it."""
        rpc = self.rpc
        chain = rpc.result("status")["node_info"]["network"]
        key = protocol.Key.of_mnemonic(self.described["mnemonic"])
        number, sequence = rpc.account(key.address)
        coin = protocol.message(f1="ngonka", f2="1")
        send = protocol.message(f1=key.address, f2=protocol.Key().address, f3=[coin])
        tx = protocol.transaction(key, [protocol.any_of("cosmos.bank.v1beta1.MsgSend", send)], chain, number, sequence)
        answer = rpc.broadcast(tx).json()
        if answer.get("result", {}).get("code") != 0:
            raise RuntimeError(f"the chain did not take a transfer: {answer}")
        return protocol.hashlib.sha256(tx).digest()

    def block_hash(self, height):
        block = self.rpc.result("block", height=str(height))
        return block["block_id"]["hash"] if block else None


def text_of(chunk):
    choices = chunk.get("choices") or [{}]
    return choices[0].get("delta", {}).get("content") or ""


def base64_of(data):
    return base64.b64encode(data).decode()
