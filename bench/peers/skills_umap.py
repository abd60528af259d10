"""Lays out skills by UMAP, as its documentation advises for cosines and a result that repeats.

python bench/peers/skills_umap.py VECTORS PLACES    numpy files: skills x directions, skills x 2
"""

import sys

import numpy as np
import umap


def main(vectors, places):
    laid = umap.UMAP(n_neighbors=15, min_dist=0.1, metric="cosine", random_state=0)
    np.save(places, laid.fit_transform(np.load(vectors)))


if __name__ == "__main__":
    main(*sys.argv[1:])
