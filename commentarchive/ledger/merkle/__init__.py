"""The public record's mathematics: plain Python, no Django, no settings."""
