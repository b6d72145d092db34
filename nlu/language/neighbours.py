"""Whether a cry for help is about a neighbour or a friend, not about the family whose telephone it is; pure.

"Mantu saya", "adik saya" or "bojoku" may be the mother herself, written by whoever holds her telephone. A neighbour is
not, unless she only brings her or stands by.
"""

from __future__ import annotations

import re

_NEIGHBOUR = re.compile(
    r"(?<!\w)(?P<before>(?:\w+\s+){0,2})(?:tetangga|tetangge|tonggo|tangga\s+sebelah|teman|kanca|konco|kenalan)"
    r"(?:ku|ne|nya|e)?(?!\w)",
    re.IGNORECASE,
)
_STANDS_BY = re.compile(
    r"(?i)(?:sama|bareng|karo|kaleh|kalih|dengan|oleh|dari|ada|ono|onok|wonten|ditemani|diantar|diterno|dijaga|ditolong"
    r"|minta\s+tolong|njaluk\s+tulung|panggil|nyelok|celuk|minta|manggil|ke|nang|rumah|omah|omahe|mobil|motor|dan|atau|lan|lewat|cuma|mung|para)\s*$"
)


def is_of_neighbour(text: str) -> bool:
    """ "Tetangga saya kejang", and not "saya kejang, ada tetangga"."""
    match = _NEIGHBOUR.search(text)
    return match is not None and not _STANDS_BY.search(match["before"])
