"""From bytes to rows: read, extract, archive, enter. Stands behind the store, before follow-up."""
