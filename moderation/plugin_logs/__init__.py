"""What WordPress plugins kept of decisions, read without a database."""
