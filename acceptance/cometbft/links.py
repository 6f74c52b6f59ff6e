"""The links between the peers of a network, each through a proxy of ours that can be cut."""

import socket
import threading


class Link:
    """One direction of dialing: who dials, and whom. Whatever connections it has end when it is cut."""

    def __init__(self, target):
        self.target = target
        self.is_cut = False
        self.open = set()
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                dialed, _ = self.listener.accept()
            except OSError:
                return
            try:
                answering = socket.create_connection(("127.0.0.1", self.target), 5)
            except OSError:
                dialed.close()
                continue
            with self.lock:
                if self.is_cut:
                    dialed.close()
                    answering.close()
                    continue
                self.open |= {dialed, answering}
            for pair in ((dialed, answering), (answering, dialed)):
                threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source, target):
        try:
            while data := source.recv(1 << 16):
                target.sendall(data)
        except OSError:
            pass
        self._end(source, target)

    def _end(self, *ends):
        for end in ends:
            with self.lock:
                self.open.discard(end)
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()

    def cut(self):
        with self.lock:
            self.is_cut = True
            ends = list(self.open)
        self._end(*ends)

    def heal(self):
        with self.lock:
            self.is_cut = False


class Links:
    """All of a network's, made before it starts: the homes' settings name the proxies."""

    def __init__(self, nodes):
        self.between = {}
        settings = [node.settings() for node in nodes]
        ports = [int(each.split("[p2p]")[1].split('laddr = "tcp://127.0.0.1:')[1].split('"')[0]) for each in settings]
        for dialing, node in enumerate(nodes):
            text = settings[dialing]
            for answering, port in enumerate(ports):
                if answering != dialing:
                    link = self.between[dialing, answering] = Link(port)
                    text = text.replace(f"@127.0.0.1:{port}", f"@127.0.0.1:{link.port}")
            node.settings_file.write_text(text)

    def part(self, group):
        """Cuts a group off from all others; both go on inside."""
        for (dialing, answering), link in self.between.items():
            if (dialing in group) != (answering in group):
                link.cut()

    def heal(self):
        for link in self.between.values():
            link.heal()
