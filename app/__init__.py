"""党建评: evaluates the party-building work of grass-roots Party organisations from the records of daily work.

Records are stored (`models`), people act on records (`services`), the engine measures records and applies a scheme
(`scoring`), files exchange records (`exchange`); the rest is edges (`api`, `jobs`, `cli`, `frontend`).
"""

__version__ = "0.1.0"
