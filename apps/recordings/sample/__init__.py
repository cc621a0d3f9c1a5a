"""A recording of any size for demos and benchmarks: a real page in real Chromium, and the same round of work over and
over again.
"""
