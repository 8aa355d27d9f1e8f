"""Text as people wrote it, made safe to show: plain Python, no Django."""
