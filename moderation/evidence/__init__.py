"""One case to carry away: evidence bundles, a person's file, one moderator's work."""
