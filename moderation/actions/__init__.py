"""Every write of the judgement: one verb a function, atomic, nothing else writes."""
