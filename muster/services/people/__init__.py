"""People: employers, posts and people, over the register."""
