"""The engine's table of Unicode categories, compared with llama.cpp's, or written anew.

    categories.py --write            by a Python whose unicodedata is of Unicode 15.1 (3.13)
    categories.py UNICODE-DATA.CPP   fails where the table and llama.cpp's differ
"""

import pathlib
import re
import sys
import unicodedata

VERSION = "15.1.0"
TABLE = (
    pathlib.Path(__file__).parents[2]
    / "engine/src/main/resources/exacta/engine/text/categories.txt"
)
# Bits of llama.cpp's table.
CATEGORIES = {1: "-", 2: "N", 4: "L", 8: "Z", 16: "M", 32: "P", 64: "S", 128: "C"}


def ranges():
    """Of this Python: where each run of one category begins; '-' for what is not assigned."""
    before = ""
    for code in range(sys.maxunicode + 1):
        category = unicodedata.category(chr(code))
        category = "-" if category == "Cn" else category[0]
        if category != before:
            yield code, category
        before = category


def write():
    if unicodedata.unidata_version != VERSION:
        raise SystemExit(f"this Python knows Unicode {unicodedata.unidata_version}, not {VERSION}")
    lines = [
        f"# General categories of Unicode {VERSION}, by their first letter; '-' is not assigned.",
        "# Each line: where a run begins, and its category. From the Unicode Character Database,",
        "# under the Unicode License V3. Written by acceptance/tokenizers/categories.py.",
    ]
    lines += [f"{code:x} {category}" for code, category in ranges()]
    TABLE.write_text("\n".join(lines) + "\n")


def compare(source):
    theirs = [
        f"{int(code, 16):x} {CATEGORIES[int(flags, 16)]}"
        for code, flags in re.findall(r"\{0x([0-9A-F]{6}), 0x([0-9A-F]{4})\}", source)
        if int(flags, 16) in CATEGORIES
    ]
    ours = [line for line in TABLE.read_text().splitlines() if not line.startswith("#")]
    same = ours == theirs
    print(f"categories: {len(ours)} ranges, {'equal' if same else 'DIFFERENT'}")
    return same


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write()
    else:
        sys.exit(0 if compare(pathlib.Path(sys.argv[1]).read_text()) else 1)
