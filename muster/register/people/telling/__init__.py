"""From what systems claim to what the register believes of people, step by step.

For ``actions``, the only writer. In order: ``claims`` reads what standing files say and what waits
beside them; ``returns`` finds whose history they change; ``timelines`` lays stated values end to
end; ``overlaps`` settles days that are asked for twice; ``disputes`` finds who must be told
together; ``beliefs`` compares what should be believed with what is; ``stamps`` records the
difference. What a row means is in ``rules``.
"""
