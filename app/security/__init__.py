"""Keys and what is made with them. Keys are read on first use, never at import."""
