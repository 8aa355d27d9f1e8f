"""The archive's tables held against the public record."""
