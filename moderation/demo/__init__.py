"""The demo's decisions, complaints and what it enters by hand."""
