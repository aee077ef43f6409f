"""Routes: parse, call one service function, return. No SQL."""
