"""What travels: one file per family, one descriptor per record type."""
