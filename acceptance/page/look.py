"""Looks at the dashboard's page in headless Chromium: it must show a live network. Named by run.sh."""

import html.parser
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--enable-logging=stderr")
# The browser's own clock runs ahead while nothing is loading, so this is the page's time and not ours.
PAGE_MILLIS = 3000
LOOK_SECONDS_MAX = 60
PICTURES = (("page", 1600, 1900, ()), ("page-dark", 1600, 1900, ("--blink-settings=preferredColorScheme=0",)), ("page-narrow", 500, 2600, ()))
# What the browser says on its console if the page breaks its own rules.
BROKEN = re.compile(r"CONSOLE.*(Refused to|violates|Uncaught|SyntaxError|TypeError)", re.IGNORECASE)


class Texts(html.parser.HTMLParser):
    """The text of each element that has an id, and the attributes of the body."""

    VOID = {"img", "meta", "link", "input", "br", "hr"}

    def __init__(self, page):
        super().__init__()
        self.open, self.texts, self.body = [], {}, {}
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "body":
            self.body = values
        if tag not in self.VOID:
            self.open.append(values.get("id"))
            self.texts.setdefault(values.get("id"), "")

    def handle_endtag(self, tag):
        if tag not in self.VOID and self.open:
            self.open.pop()

    def handle_data(self, data):
        for name in set(self.open):
            self.texts[name] += data


def browser():
    for name in NAMES:
        if shutil.which(name):
            return shutil.which(name)
    sys.exit("no Chromium was found; install one (Debian: apt-get install chromium)")


def run(program, url, *flags):
    with tempfile.TemporaryDirectory() as profile:
        command = [program, *FLAGS, f"--user-data-dir={profile}", f"--virtual-time-budget={PAGE_MILLIS}", *flags, url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=LOOK_SECONDS_MAX, check=False)
    broken = [line for line in done.stderr.splitlines() if BROKEN.search(line)]
    if broken:
        sys.exit("the page broke its own rules:\n" + "\n".join(broken))
    return done.stdout


def look(program, url):
    page = Texts(run(program, url, "--dump-dom"))
    height = re.sub(r"\D", "", page.texts.get("height", ""))
    print(f"block {page.texts.get('height')}, epoch {page.texts.get('epoch')}, Sprint {page.texts.get('sprint')} "
          f"({page.texts.get('sprint-phase')}), {page.texts.get('host-count')} hosts: {page.texts.get('live')}")
    if not height:
        sys.exit("the page shows no height: " + (page.texts.get("notice") or "no reason given"))
    if page.body.get("data-live") != "live":
        sys.exit("the page does not call the network live: " + page.texts.get("notice", ""))
    return int(height)


def height_now(url):
    with urllib.request.urlopen(url + "/dashboard/state", timeout=20) as answer:
        return json.load(answer).get("height", 0)


def main(url, folder):
    url = url.rstrip("/")
    program = browser()
    first = look(program, url + "/")
    end = time.monotonic() + LOOK_SECONDS_MAX
    while height_now(url) <= first:
        if time.monotonic() > end:
            sys.exit(f"the chain made no block after {first}")
        time.sleep(0.1)
    second = look(program, url + "/")
    if second <= first:
        sys.exit(f"the page still shows block {second}, as before")
    print(f"the height moved from {first} to {second}")
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, width, height, flags in PICTURES:
        file = folder / f"{name}.png"
        run(program, url + "/", f"--window-size={width},{height}", f"--screenshot={file}", *flags)
        print(f"{file} ({file.stat().st_size:,} bytes)")


if __name__ == "__main__":
    main(*sys.argv[1:])
