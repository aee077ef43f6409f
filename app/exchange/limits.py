"""What a file may be at most, in one place: the reading process enforces it, pages and documents quote it."""

FILE_BYTES = 20 * 1024 * 1024
ROWS = 200_000
COLUMNS = 200
UNPACKED_BYTES = 512 * 1024 * 1024
"""Of all members of a workbook together."""
UNPACKED_RATIO = 250
"""Of one member larger than a megabyte; sheets of empty formatted rows reach about 40."""
MEMBERS = 1_000
SHEETS = 50
MERGED_RANGES = 20_000
MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 150
HEADER_WITHIN = 15
"""Titles, notes and the header must stand in this many first rows that are not empty."""
