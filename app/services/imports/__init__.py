"""Import: files become records. `files` reads them, `names` finds what cells refer to, `drafts` compares with what is stored,
`apply` checks and writes, `report` says what became of each row.
"""
