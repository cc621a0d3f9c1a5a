"""Dates and times as Django's own formats leave them out, or write them in a way that two readers read in two ways."""
