"""Runs: asked for, computed, read, moved through their states, published, verified, rehearsed with another scheme."""
