"""Writes models as GGUF, in any format; quantizes with llama.cpp's own quantizers."""

import ctypes
import pathlib

import gguf
import llama_cpp
import numpy

import families

FORMATS = ["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q4_K", "Q5_K", "Q6_K"]

_ggml = ctypes.CDLL(str(next(pathlib.Path(llama_cpp.__file__).with_name("lib").glob("libggml-base.*"))))
_ggml.ggml_quantize_chunk.restype = ctypes.c_size_t
_ggml.ggml_quantize_chunk.argtypes = [
    ctypes.c_int,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_int64,
    ctypes.c_int64,
    ctypes.c_int64,
    ctypes.c_void_p,
]


def encode(values, name):
    """Bytes of a matrix, rows as the last but one dimension."""
    kind = gguf.GGMLQuantizationType[name]
    if name in ("F32", "F16", "BF16"):
        return gguf.quantize(values, kind)
    values = numpy.ascontiguousarray(values, numpy.float32)
    columns = values.shape[-1]
    block, size = gguf.GGML_QUANT_SIZES[kind]
    data = numpy.zeros(values.shape[:-1] + (columns // block * size,), numpy.uint8)
    _ggml.ggml_quantize_chunk(
        int(kind), values.ctypes.data, data.ctypes.data, 0, values.size // columns, columns, None
    )
    return data


def encode_all(tensors, name):
    """Tensors in a format, and the values that they then stand for. Vectors and routers stay F32, as in real files."""
    encoded, meant = {}, {}
    for tensor, values in tensors.items():
        kept = values.ndim == 1 or "ffn_gate_inp" in tensor
        data = encode(values, "F32" if kept else name)
        encoded[tensor] = (data, gguf.GGMLQuantizationType["F32" if kept else name])
        meant[tensor] = gguf.dequantize(data, encoded[tensor][1]).reshape(values.shape).astype(numpy.float32)
    return encoded, meant


def write(path, family, encoded):
    names, merges = families.vocabulary()
    writer = gguf.GGUFWriter(path, family.architecture)
    writer.add_name(family.name)
    writer.add_context_length(families.CONTEXT)
    writer.add_embedding_length(families.WIDTH)
    writer.add_block_count(family.layers)
    writer.add_feed_forward_length(family.inner)
    writer.add_head_count(family.heads)
    writer.add_head_count_kv(family.key_heads)
    writer.add_key_length(family.head_size)
    writer.add_value_length(family.head_size)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(family.base)
    if family.scaling[0] != "none":
        writer.add_rope_scaling_type(gguf.RopeScalingType(family.scaling[0]))
        writer.add_rope_scaling_factor(family.scaling[1])
    if family.scaling[0] == "yarn":
        writer.add_rope_scaling_orig_ctx_len(family.scaling[2])
    if family.experts:
        writer.add_expert_count(family.experts)
        writer.add_expert_used_count(family.used)
        if family.architecture == "qwen3moe":
            writer.add_expert_feed_forward_length(family.inner)
    if family.window:
        writer.add_sliding_window(family.window)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(names)
    writer.add_token_types([3 if i < len(families.SPECIAL) else 1 for i in range(len(names))])
    writer.add_token_merges(merges)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(False)
    for name, (data, kind) in encoded.items():
        writer.add_tensor(name, data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
