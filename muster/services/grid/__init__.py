"""Grid: figures leaders and analysts explore."""
