"""The vectors of the shipped examples under the packaged encoder, so that a first start need not encode thousands.

Promise: a text that is not in the file is simply encoded, so a changed example needs no new file. Never: needed.
Make the file anew after larger changes: `python -m nlu.shipped_vectors FOLDER` (where the encoder is unpacked).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from nlu.classifier_cache import digest, read_arrays
from nlu.examples import SHIPPED_FOLDER, load_examples
from nlu.text import normalise
from nlu.understanding import Encoder, Vector

SHIPPED_FILE = SHIPPED_FOLDER / "vectors.npz"


def load_shipped_vectors(encoder_name: str) -> dict[str, Vector]:
    """Load what is shipped for an encoder: query vectors by the digest of the normalised text; else nothing."""
    content = read_arrays(SHIPPED_FILE)
    if content is None or str(content["encoder"]) != encoder_name:
        return {}
    keys = (key.decode() for key in content["keys"])
    return dict(zip(keys, content["vectors"].astype(np.float32), strict=True))


def write_shipped_vectors(encoder: Encoder) -> None:
    """Encode all shipped examples and write the file: 16 bits a number, which moves no cosine by more than 0.0001."""
    texts = sorted({normalise(example.text) for example in load_examples()})
    vectors = encoder.encode_queries(texts).astype(np.float16)
    keys = np.array([digest(text) for text in texts], "S")
    np.savez(SHIPPED_FILE, encoder=np.array(encoder.name), keys=keys, vectors=vectors)


def main() -> None:
    """Write the file with the packaged encoder."""
    from nlu.encoder import PACKAGED, load_encoder

    write_shipped_vectors(load_encoder(PACKAGED, Path(sys.argv[1])))


if __name__ == "__main__":
    main()
