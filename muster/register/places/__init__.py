"""Places: towns and sites where people work, as employers' systems name them.

For figures by place and, later, for offering nearby posts. A place is recorded under the name
its source uses, also somebody's home or a place abroad. Its town and region are read from that name
by a list of towns, or somebody says them; never from a guess. What employers promised under Places
for Growth is kept beside.
"""
