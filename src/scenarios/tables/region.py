"""inputs/: what crosses from city to city in a region."""

from __future__ import annotations

from pydantic import Field

from scenarios.tables.fields import Evidence, Name, Share, measured


class TransferBetween(Evidence):
    """What one city of a region made in the air of another in the reference year.

    It is part of what the receptor's own apportionment calls `regional`, never on top of it: what is left of the
    regional part comes from beyond the region and changes by the assumption chosen in the city's `background`. Each
    tonne then adds in proportion, as at home.
    """

    table, folder, key = "transfer_between", "inputs", ("to_city", "receptor", "pollutant", "from_city", "group")
    to_city: Name = Field(description="city in whose air it was found")
    receptor: Name = Field(description="receptor of that city, as in its apportionment.csv")
    pollutant: Name = Field(description="pollutant in the air")
    from_city: Name = Field(description="city that emitted it")
    group: Name = Field(
        description="a source group of sectors.csv, or `all`: in the proportions these have in the air of `from_city`"
    )
    share: Share = measured("1", "part of the annual mean of the reference year at the receptor")


REGION_TABLES: tuple[type[Evidence], ...] = (TransferBetween,)
