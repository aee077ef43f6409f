"""Files and typed rows: what comes in from Excel and CSV, what goes out. Knows record types, opens no session."""
