"""Places: towns and sites where people work, as employers' systems name them.

For figures by place and, later, for offering nearby posts. A place is recorded under the name
its source uses, also somebody's home or a place abroad; regions come from the pretend service or a
code list, never from a guess.
"""
