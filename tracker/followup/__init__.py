"""What is owed today: status from facts, rungs of the ladder, rounds that decide notices."""
