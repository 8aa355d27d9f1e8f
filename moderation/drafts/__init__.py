"""The page on which a plain text is decided: its form, and what it shows."""
