"""Job adverts of the pretend service over three years, and what each of them really asks for.

For the demonstration, where employers' recruitment systems send them, and for measuring how fast
and how well a map of skills is learned. No sentence and no organisation is anybody's: families.toml
and words.toml are all there is.

    wording  families.toml and words.toml: kinds of job, their skills, sentences
    jobs     which jobs are advertised
    text     what an advert says, and which sentence asks for what
    making   adverts as tables: of any number, with reposts and campaigns
    files    adverts as recruitment systems send them, and truth beside them
"""

from synthetic.adverts.making import Adverts, adverts, adverts_and_truth

__all__ = ["Adverts", "adverts", "adverts_and_truth"]
