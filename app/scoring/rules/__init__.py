"""Rule kinds, one file each: a value becomes a fraction of the weight. Vectorised, pure, parameters validated on load.

Adding a kind: one file here with a frozen model derived from `registry.Rule` and decorated by `@rule(title)`.
`numbers` holds the parameter types the kinds share.
"""
