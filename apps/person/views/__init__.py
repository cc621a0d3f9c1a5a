"""The pages of the recorded person: `consent` (the link), `own` (their page), `review` (before it is sent)."""
