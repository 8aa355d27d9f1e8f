"""The archive's tables held against the public record, one kind of rows a module."""
