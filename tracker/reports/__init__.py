"""What people look at: figures, the terminal views and the status report."""
