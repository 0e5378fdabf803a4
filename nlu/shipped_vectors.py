"""The vectors of the shipped examples under the packaged encoder, so that a first start need not encode thousands.

Promise: a text that is not in the file is simply encoded, so a changed example needs no new file. Never: needed.
Make the file anew after larger changes: `python -m nlu.shipped_vectors FOLDER` (where the encoder is unpacked).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nlu.classifier_cache import digest, read_arrays
from nlu.examples import SHIPPED_FOLDER, load_examples
from nlu.features import encode_features
from nlu.text import normalise
from nlu.understanding import Encoder, Vector, Vectors

SHIPPED_FILE = SHIPPED_FOLDER / "vectors.npz"


def load_shipped_vectors(encoder_name: str) -> dict[str, Vector]:
    """Load what is shipped for an encoder: features by the digest of the normalised text; else nothing."""
    content = read_arrays(SHIPPED_FILE)
    if content is None or str(content["encoder"]) != encoder_name or "features" not in content:
        return {}
    keys = (key.decode() for key in content["keys"])
    return dict(zip(keys, unpack_features(content["features"], content["scales"]), strict=True))


def write_shipped_vectors(encoder: Encoder) -> None:
    """Encode all shipped examples and write the file."""
    texts = sorted({normalise(example.text) for example in load_examples()})
    features, scales = pack_features(encode_features(encoder, texts))
    keys = np.array([digest(text) for text in texts], "S")
    np.savez(SHIPPED_FILE, encoder=np.array(encoder.name), keys=keys, features=features, scales=scales)


def pack_features(features: Vectors) -> tuple[npt.NDArray[np.int8], Vectors]:
    """Pack features into 8 bits a number, moving no cosine by more than 0.0001: int8[n, k * dim], float32[k * dim].

    A scale for each column, because a few columns of the inner layers are a hundred times as large as the others.
    """
    scales = np.abs(features).max(axis=0, initial=1e-9) / 127
    return np.rint(features / scales).astype(np.int8), scales.astype(np.float32)


def unpack_features(packed: npt.NDArray[np.int8], scales: Vectors) -> Vectors:
    """Undo `pack_features`: float32[n, k * dim]."""
    result: Vectors = packed.astype(np.float32) * scales
    return result


def main() -> None:
    """Write the file with the packaged encoder."""
    from nlu.encoder import PACKAGED, load_encoder

    write_shipped_vectors(load_encoder(PACKAGED, Path(sys.argv[1])))


if __name__ == "__main__":
    main()
