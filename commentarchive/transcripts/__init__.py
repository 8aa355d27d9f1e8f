"""Pages that survive only as plain text: their paragraphs, and what people decide."""
