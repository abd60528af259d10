"""Tests, in folders by speed and promise; see CONTRIBUTING.md."""
