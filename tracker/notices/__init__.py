"""What goes out: wording, channels, and the delivery of the outbox."""
