"""What is asked at the desk and of readers, and how it is read."""
