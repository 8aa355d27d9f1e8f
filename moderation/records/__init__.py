"""What the public record commits to, and rows held against it."""
