"""What Muster is measured beside: each peer is a program of its own, run in its own process."""
