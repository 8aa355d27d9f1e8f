"""Full-text search: what is asked for, what is looked in, what is found."""
