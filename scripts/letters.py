#!/usr/bin/env python3
"""Writes src/text/fold/letters.txt: which characters can be read as which of a-z, and how sure that is.

Sources: the Unicode Character Database as Python carries it (compatibility decompositions, character names), Unicode's confusables as the
PyPI package `confusable-homoglyphs` carries them, and the alphabets below, which text styling sites offer.

    pip install confusable-homoglyphs && python3 scripts/letters.py > src/text/fold/letters.txt
"""
import json
import re
import string
import sys
import unicodedata
from pathlib import Path

import confusable_homoglyphs

LETTERS = string.ascii_lowercase

# Alphabets that imitate a-z, in its order; `.` where the letter is written as itself.
IMITATIONS = """
卂乃匚.乇千.卄丨ﾌ.ㄥ爪几ㄖ卩.尺丂ㄒㄩ.山乂ㄚ乙
ᗩᗷᑕᗪ.ᖴ.ᕼ.ᒍ.ᒪᗰᑎ.ᑭᑫᖇᔕ.ᑌᐯᗯ᙭.ᘔ
ᏗᏰፈᎴᏋᎦᎶᏂᎥᏠᏦᏝᎷᏁᎧᎮᎤᏒᏕᏖᏬᏉᏇጀᎩፚ
αв¢∂єƒ.нιנкℓмησρ.яѕтυνωχу.
åß¢Ðê£.......ñðþ..§†µ...¥.
ค๒ƈɗﻉ.ﻭɦ.ﻝᛕɭ๓กѻρ۹ɼรՇપ۷ฝ.ץչ
მჩეძპფცһიქკლმოიჲყრჰჰცხჯჯყზ
ДБС..ҒԌНІЈКĿМИОРԚЯЅТЦѴШЖУZ
ΛBᄃDΣFGΉIJKᄂMПӨPQЯƧTЦVЩXYZ
ǟɮƈɖɛʄɢɦɨʝӄʟʍռօքզʀֆȶʊʋաӼʏʐ
ąცƈɖɛʄɠɧıʝƙƖɱŋơ℘զཞʂɬų۷ῳҳყʑ
ꍏꌃꉓꀸꍟꎇꁅꃅꀤꀭꀘ꒒ꂵꈤꂦꉣꆰꋪꌗ꓄ꀎꃴꅏꊼꌩꁴ
ꋬꃳꉔ꒯ꏂꊰꍌꁝ꒐꒻ꀘ꒒ꂵꋊꄲꉣꆰꋪꇙ꓄꒤꒦ꅐꉧꌦꁴ
𐌀𐌁𐌂𐌃𐌄𐌅Ᏽ𐋅𐌉Ꮭ𐌊𐌋𐌌𐌍Ꝋ𐌐𐌒𐌓𐌔𐌕𐌵ᕓᏔ𐋄𐌙Ɀ
ÃβČĎẸƑĞĤĮĴЌĹϻŇỖƤǪŘŜŤǗϋŴЖЎŻ
ᗩᗷᑕᗪᗴᖴᘜᕼᎥᒍᛕᒪᗰᑎᗝᑭᑫᖇᔕ丅ᑌᐯᗯ᙭ㄚᘔ
卂乃匚ᗪ乇千Ꮆ卄工ﾌҜㄥ爪几ㄖ卩Ɋ尺丂ㄒㄩᐯ山乂ㄚ乙
ᎪᏴᏟᎠᎬҒᏀᎻᏆᎫᏦᏞᎷΝϴᏢϤᎡᏚᎢႮᏙᏔХᎽᏃ
ɑɓƈɗɛʄɠɦɨʝƙɭɱŋơρʠɾʂʈʊʋɯӿყʐ
αβϲδεϝɡհιյκʅɱηορզгςτυνωχγᴢ
Ⱥƀȼđɇꞙǥħɨɉꝁłɱꞥøᵽꝗɍꞩŧᵾʋⱳӿɏƶ
"""

# Further lookalikes, written by hand because no database has them.
LOOSE = {
    "a": "д4αдλΔ∀", "b": "вьъЬВβ฿♭", "c": "сϲ©ℂς₵", "d": "ԁ∂", "e": "єзэеξΣ€℮ε", "f": "ƒ₣ғſ", "g": "ɡɢ", "h": "нһђћΗ",
    "i": "ιїіΙɪǐ¡ⅰ׀∣", "k": "кκΚ", "l": "ӏ∣ⅼ", "m": "мΜ", "n": "ηипΝПИлν", "o": "оοσθөөΘ°☉●○⚪⭕", "p": "рρΡþ", "q": "ԛ",
    "r": "гяЯ®", "s": "ѕ§ЅຮรΣ", "t": "тτΤ†☨✝✞", "u": "υцμиսՍ∪", "v": "νѵ∨√", "w": "ωшщѡ", "x": "хχΧ×✕✖❌ж", "y": "уγΥ", "z": "ζ",
}

# Letters turned upside down: read backwards. u and n, d and p, b and q stand for each other and are not listed here.
TURNED = {"a": "ɐ∀", "b": "𐐒", "c": "ɔƆ", "d": "◖", "e": "ǝƎ", "f": "ɟℲ", "g": "ƃ⅁", "h": "ɥ", "i": "ᴉı", "j": "ɾſ", "k": "ʞ", "l": "˥ꞁ",
          "m": "ɯ", "r": "ɹᴚ", "t": "ʇ⊥", "u": "∩", "v": "ʌΛ", "w": "ʍ", "y": "ʎ⅄"}

# Names that say which letter it is where no decomposition does.
NAMED = re.compile(
    r"^(?:NEGATIVE CIRCLED LATIN CAPITAL LETTER|NEGATIVE SQUARED LATIN CAPITAL LETTER|REGIONAL INDICATOR SYMBOL LETTER"
    r"|CROSSED NEGATIVE SQUARED LATIN CAPITAL LETTER|LATIN LETTER SMALL CAPITAL|LATIN (?:SMALL|CAPITAL) LETTER(?: DOTLESS| SCRIPT| OPEN)?) ([A-Z])"
    r"(?: WITH .*)?$"
)
PARENTHESISED = re.compile(r"^PARENTHESIZED LATIN (?:SMALL|CAPITAL) LETTER ([A-Z])$")


def styled() -> dict[str, str]:
    """Characters that are the letter itself in another dress: accents, full width, mathematics, circles, squares, small capitals."""
    found = {}
    for code in range(0x80, sys.maxunicode + 1):
        character = chr(code)
        base = "".join(part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part)).lower()
        name = unicodedata.name(character, "")
        match = NAMED.match(name) or PARENTHESISED.match(name)
        if len(base) == 1 and base in LETTERS:
            found[character] = base
        elif match:
            found[character] = match[1].lower()
    return found


def foreign(known: dict[str, str]) -> dict[str, str]:
    """Characters of other scripts, and symbols, that only look like a letter: each with every letter that it may be."""
    found: dict[str, set[str]] = {}

    def add(letter: str, character: str) -> None:
        if ord(character) > 0x7F and character not in known and not unicodedata.combining(character):
            found.setdefault(character, set()).add(letter)

    table = json.loads((Path(confusable_homoglyphs.__file__).parent / "confusables.json").read_text(encoding="utf-8"))
    for letter in string.ascii_letters + "1":
        for entry in table.get(letter, []):
            if len(entry["c"]) == 1:
                add("l" if letter == "1" else letter.lower(), entry["c"])
                if letter in "1lI":
                    add("i", entry["c"])
    for alphabet in IMITATIONS.split():
        assert len(alphabet) == 26, (alphabet, len(alphabet))
        for letter, character in zip(LETTERS, alphabet, strict=True):
            add(letter, character)
    for letter, characters in LOOSE.items():
        for character in characters:
            add(letter, character)
    inherit(found, known)
    return {character: "".join(sorted(letters)) for character, letters in found.items()}


def inherit(found: dict[str, set[str]], known: dict[str, str]) -> None:
    """A letter with a hook, a stroke or an accent looks like what it looks like without."""
    for code in range(0x370, 0x2E80):
        character = chr(code)
        plain, _, mark = unicodedata.name(character, "").partition(" WITH ")
        if not mark or character in found or character in known:
            continue
        try:
            base = unicodedata.lookup(plain)
        except KeyError:
            continue
        if base in found and unicodedata.category(character).startswith("L"):
            found[character] = set(found[base])


def exact_lookalikes() -> set[str]:
    """Cyrillic and Greek letters that no eye tells from a Latin one."""
    return set("асеорхуіјѕһԁԛԝӏАВСЕНІЈКМОРЅТХοΟΑΒΕΖΗΙΚΜΝΡΤΥΧ")


def lines(kind: str, table: dict[str, str]):
    """Runs: `first-last letters kind`; with `+` each next character is the next letter."""
    entries = sorted((ord(character), letters) for character, letters in table.items())
    at = 0
    while at < len(entries):
        first, letters = entries[at]
        same = step = at
        while same + 1 < len(entries) and entries[same + 1] == (first + same + 1 - at, letters):
            same += 1
        if len(letters) == 1:
            while step + 1 < len(entries) and entries[step + 1] == (first + step + 1 - at, chr(ord(letters) + step + 1 - at)):
                step += 1
        end = max(same, step)
        mark = "+" if step > same else ""
        yield f"{first:04X}-{first + end - at:04X} {letters}{mark} {kind}"
        at = end + 1


def main() -> None:
    dressed = styled()
    lookalikes = foreign(dressed)
    turned = {character: letter for letter, characters in TURNED.items() for character in characters}
    exact = {character: lookalikes.pop(character) for character in sorted(exact_lookalikes()) if character in lookalikes}
    print("# Written by scripts/letters.py. Code points, the letters they can be read as (`+`: each next one is the next letter), how:")
    print("# styled: the letter in another dress; exact: another script's, the same to the eye; loose: merely similar; turned: upside down.")
    for kind, table in (("styled", dressed), ("exact", exact), ("loose", lookalikes), ("turned", turned)):
        for line in lines(kind, table):
            print(line)


main()
