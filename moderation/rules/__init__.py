"""What follows from a comment's state: plain tables, no database."""
