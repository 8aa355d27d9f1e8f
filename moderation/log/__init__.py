"""The public log: its rows, its feed, its proofs."""
