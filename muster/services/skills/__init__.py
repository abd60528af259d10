"""The skills map: the skills the service asks for, how sure we are, and what lies near each.

For analysts who build and publish it, for leaders who compare their department with the service,
and for every civil servant who looks for what to learn next. It is learned from job adverts, so it
shows skills asked for, not skills held; every page says which adverts it was learned from.
"""
