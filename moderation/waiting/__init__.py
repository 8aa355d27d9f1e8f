"""What waits at the desk, as rows and as changes at the blogs."""
