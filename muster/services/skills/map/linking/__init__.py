"""Skills found where an advert describes them in words of its own.

In the order a sentence takes: ``skipping`` passes over what holds no skill, ``encoder`` reads the
rest as vectors, ``characters`` as letters (``pieces`` of words), ``fusing`` weighs both into one
score for each skill, ``calibrating`` makes probabilities of scores, and ``linker`` does all of it
for a build.
``learned`` holds the numbers that ``training`` fitted from the sentences ``labelled`` reads.
"""
