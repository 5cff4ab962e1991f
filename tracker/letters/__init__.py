"""Reading letters: bytes → text → regular text → header, sections, clauses."""
