"""What figures restated to today's employers are broken down by, said once for every room."""

from muster.kernel.metrics import Dimension

EMPLOYER_TODAY = Dimension(
    "employer_today",
    "Employer, as of today's structure",
    "The employer of today to which the functions of the employer passed: after a merger its"
    " successor; after a split the successor at which the person next began, within 28 days of the"
    " split. Whoever had left before, or cannot be followed, counts under its principal successor."
    " Whoever worked for two employers that are one today counts in each, so that both forms add up"
    " alike. While a return of any employer that counts under it is missing, it is left out.",
)
OTHER_TODAY = Dimension(
    "other_today",
    "Other employer, as of today's structure",
    "The employer of today to which the functions of the other employer passed, in the same way. It"
    " is the employer itself where a merger brought people together.",
    not_mapped="None, or not known",
)
