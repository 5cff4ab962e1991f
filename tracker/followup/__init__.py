"""What is owed today: lights, the ladder, and the rounds that write what was decided."""
