"""How fast the extraction is, beside what; `python -m tests.bench` (never run by the tests)."""
