"""What a letter promises: quote, target, deadline, owner, baseline. Pure functions of the text."""
