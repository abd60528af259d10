"""Exchange: feeds, quarantine and evidence, over the hub."""
