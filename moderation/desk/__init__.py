"""What the desk shows: its lists, and what stands beside a comment."""
