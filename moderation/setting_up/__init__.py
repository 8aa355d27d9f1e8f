"""What `setup` asks, writes and makes."""
