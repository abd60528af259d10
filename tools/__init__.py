"""What a developer's machine does around the code: front-end build, languages, Chromium."""
