"""Metrics: each lists the items that were due or that count, in one portable select; facts and evidence both come from it.

view → items → sources → dues → one file of metrics per family. A new metric is one decorated function in the file of its family.
"""
