"""Charts as SVG: plain data in, a drawing, a sentence and a table out."""
