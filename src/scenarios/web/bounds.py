"""How much a visitor may ask for: sizes, counts, seconds."""

from __future__ import annotations

from typing import Final

UPLOAD: Final = 5 * 2**20  #: largest file that can be handed in [bytes]
BODY: Final = UPLOAD + 2**16  #: largest request: a file and the fields around it [bytes]
TABLE_ROWS: Final = 20_000  #: rows of a table that is handed in
TABLE_COLUMNS: Final = 60  #: cells of a row of it
CELL: Final = 4_000  #: letters of a cell of it
EDITS: Final = 2_000  #: cells changed at once
CHANGES: Final = 500  #: changes of one what-if
TEXT: Final = 200  #: letters of one change, of a name
WAITING: Final = 8  #: runs one visitor may have waiting or running
WAITING_IN_ALL: Final = 40  #: runs that may be waiting
OWN: Final = 50  #: results without a name that are kept of one visitor, the newest
RESULTS: Final = 500  #: results without a name that are kept in all
BASES: Final = 50  #: plans of whole scenarios that are kept beside them
SEARCH: Final = 600.0  #: time after which a run keeps the best plan so far [s]
FINISH: Final = 60.0  #: time a run then has to write it down before it is ended [s]
QUERY: Final = 60.0  #: time a question that is no run may take [s]
RUNS: Final = 25  #: runs after which a process makes room for a fresh one
IDLE: Final = 1800.0  #: time after which a process that nobody needs ends [s]
