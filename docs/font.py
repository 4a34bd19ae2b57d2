"""Make our own subset of Noto Sans CJK SC from Debian's package fonts-noto-cjk (part of `make font`).

It holds the characters of GB 2312, Latin, Greek, the signs of the charts, and every character used in models/, inputs/
and the translations, so that charts and pages look the same on every machine. The licence (SIL OFL 1.1) allows a subset
to be shipped; it bears a name of its own, so that it is never taken for the full font.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parents[1]
SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
NAME, FACE = "Scenarios Sans SC", "Noto Sans CJK SC"
FOLDER = ROOT / "src" / "scenarios" / "fonts"
NAMES = {1: NAME, 3: f"{NAME}; subset of {FACE}", 4: NAME, 6: NAME.replace(" ", ""), 16: NAME, 17: "Regular"}
SIGNS = (range(0x20, 0x7F), range(0xA0, 0x180), range(0x391, 0x3CA), range(0x2010, 0x2070), range(0x2190, 0x219A))
MORE = "−≤≥≠≈×·√∞∑∂∆µ²³₂₃₅✓✗●○■□▲▼◆◇★"


def wanted() -> set[int]:
    """Code points of the subset."""
    letters = {point for signs in SIGNS for point in signs} | {ord(letter) for letter in MORE}
    for high in range(0xA1, 0xF8):
        letters |= {ord(letter) for letter in bytes_of(high).decode("gb2312", "ignore")}
    for folder, kinds in (("models", ("csv", "yaml")), ("inputs", ("csv", "yaml")), ("src/scenarios", ("po", "j2"))):
        for kind in kinds:
            for path in sorted((ROOT / folder).rglob(f"*.{kind}")):
                letters |= {ord(letter) for letter in path.read_text(encoding="utf-8-sig")}
    return letters


def bytes_of(high: int) -> bytes:
    """All characters of a row of GB 2312."""
    return b"".join(bytes([high, low]) for low in range(0xA1, 0xFF))


def face() -> TTFont:
    """The simplified Chinese face of the collection."""
    for number in range(20):
        font = TTFont(SOURCE, fontNumber=number, lazy=True)
        if font["name"].getDebugName(1) == FACE:
            return font
    raise SystemExit(f"{SOURCE} holds no {FACE}")


def main() -> None:
    """Write the subset, one file for paper and for pages: without the forms of other regions it is small enough."""
    if not SOURCE.is_file():
        sys.exit(f"{SOURCE} is missing; on Debian: apt-get install fonts-noto-cjk")
    font = face()
    options = subset.Options(hinting=False, desubroutinize=True, layout_features=["kern"], notdef_outline=True)
    options.name_IDs += [13, 14, 16, 17]
    options.drop_tables += ["vhea", "vmtx", "VORG", "DSIG", "BASE"]
    shrunk = subset.Subsetter(options)
    shrunk.populate(unicodes=wanted())
    shrunk.subset(font)
    for number, text in NAMES.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    font["name"].names = [record for record in font["name"].names if record.langID == 0x409]
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    font["CFF "].cff.fontNames = [NAMES[6]]
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / "ScenariosSansSC-Regular.otf"
    font.save(path)
    print(path.relative_to(ROOT), path.stat().st_size)


if __name__ == "__main__":
    main()
