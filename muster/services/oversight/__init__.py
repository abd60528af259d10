"""Who may not be seen by everybody, and who has seen whom.

For guardians of restricted records, for caseworkers in an emergency, and for officers who look into
who read what. What is asked for here is found by an exact identifier alone: nothing is listed that
its reader does not answer for already.
"""
