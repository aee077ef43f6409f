"""Scoring: metrics list items, the engine sums them over the tree and applies a scheme, explain puts the outcome into words."""
