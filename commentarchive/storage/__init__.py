"""How rows and locks work on each database, below every subject."""
