"""What the words of a text suggest about its paragraphs; none is applied by itself."""
