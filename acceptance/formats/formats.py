"""Compares what blocks stand for with the gguf package. The argument is the number of random blocks of each format."""

import os
import shlex
import subprocess
import sys

import gguf
import numpy

# Where the f16 numbers of a block are: its scale and, in some formats, its minimum.
HALVES = {
    "F32": [], "F16": [], "BF16": [], "Q8_0": [0], "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2],
    "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208],
}
QUANTIZED_BY_GGUF = ("F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1")
EXTREME_HALVES = [0x0000, 0x8000, 0x0001, 0x8001, 0x03FF, 0x0400, 0x3C00, 0x7BFF, 0xFBFF]


def finite(blocks, name):
    """The blocks, without those that have a number which is infinite or none."""
    if name == "F32":
        return blocks[numpy.isfinite(blocks.view(numpy.float32)).all(axis=1)]
    if name == "BF16":
        return blocks[(blocks.view(numpy.uint16) & 0x7F80 != 0x7F80).all(axis=1)]
    places = [0] if name == "F16" else HALVES[name]
    good = numpy.ones(len(blocks), bool)
    for at in places:
        halves = numpy.ascontiguousarray(blocks[:, at : at + 2]).view(numpy.float16)[:, 0]
        good &= numpy.isfinite(halves)
    return blocks[good]


def random_blocks(random, name, count):
    size = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[name]][1]
    return random.integers(0, 256, (count, size), numpy.uint8)


def extreme_blocks(random, name):
    """Largest, smallest and no scales, over all bits set, none, and random ones."""
    out = []
    for number in EXTREME_HALVES:
        for other in EXTREME_HALVES:
            fills = numpy.stack([*random_blocks(random, name, 2), *random_blocks(random, name, 2)])
            fills[0], fills[1] = 0, 255
            for at, half in zip(HALVES[name], (number, other)):
                fills[:, at], fills[:, at + 1] = half & 255, half >> 8
            out.append(fills)
    return numpy.concatenate(out)


def quantized_blocks(random, name):
    kind = gguf.GGMLQuantizationType[name]
    elements, size = gguf.GGML_QUANT_SIZES[kind]
    values = random.standard_normal((500, elements)).astype(numpy.float32)
    values *= 10.0 ** random.integers(-4, 3, (500, 1)).astype(numpy.float32)
    return gguf.quantize(values, kind).view(numpy.uint8).reshape(-1, size)


def ours(probe, name, blocks):
    probe.stdin.write(f"{name} {blocks.tobytes().hex()}\n")
    probe.stdin.flush()
    return numpy.frombuffer(bytes.fromhex(probe.stdout.readline().strip()), ">f4")


def theirs(name, blocks):
    with numpy.errstate(all="ignore"):
        return gguf.dequantize(blocks, gguf.GGMLQuantizationType[name]).astype(numpy.float32).reshape(-1)


def compare(probe, random, name, count):
    parts = [random_blocks(random, name, count)]
    if HALVES[name]:
        parts.append(extreme_blocks(random, name))
    if name in QUANTIZED_BY_GGUF:
        parts.append(quantized_blocks(random, name))
    blocks = finite(numpy.concatenate(parts), name)
    elements = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[name]][0]
    mine, other = ours(probe, name, blocks), theirs(name, blocks)
    if len(HALVES[name]) < 2:
        right = (mine == other).all()
        said = "same values"
    else:
        # Scale times integer plus minimum: gguf rounds twice, we once. No product or sum is above that of
        # the block's largest value and minimum, which bounds what the two may differ.
        shape = (-1, elements)
        largest = numpy.abs(numpy.float64(other).reshape(shape)).max(axis=1, keepdims=True)
        scales = numpy.ascontiguousarray(blocks[:, 2:4]).view(numpy.float16).astype(numpy.float64)
        factor = 63 if name.endswith("K") else 1
        bound = (largest + numpy.abs(scales) * factor) * 2.0**-23
        gap = numpy.abs(numpy.float64(mine).reshape(shape) - numpy.float64(other).reshape(shape))
        right = (gap <= bound).all()
        said = f"same values but for one rounding, {(mine == other).mean():.1%} of them in all bits"
    print(f"{name}: {len(mine)} weights in {len(blocks)} blocks, {said if right else 'DIFFERENT'}")
    return right


def main():
    random = numpy.random.default_rng(4)
    command = shlex.split(os.environ["EXACTA_PROBE"])
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as probe:
        right = [compare(probe, random, name, int(sys.argv[1])) for name in HALVES]
        probe.stdin.close()
    return 0 if all(right) else 1


sys.exit(main())
