"""`serve`: a small parent that holds the socket, and the processes that use it."""
