"""People: who is employed by whom, on what terms, from when to when."""
