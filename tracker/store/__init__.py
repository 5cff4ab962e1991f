"""The ledger: tables, every write, every read."""
