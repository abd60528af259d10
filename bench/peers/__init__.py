"""What Muster is measured beside."""
