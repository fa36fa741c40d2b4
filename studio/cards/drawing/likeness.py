"""What somebody looks like, read from their words; what no word tells is drawn by lot, the same lot each time."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterable, Mapping

from studio.cards.drawing.palette import SKINS, WORDS, Colour, mixed
from studio.domain.character import Character
from studio.domain.value import Value

Rules = tuple[tuple[str, str], ...]
"""Pattern → what it means; the first rule that matches anywhere wins, so the particular stands before the general."""

HAIR: Rules = (
    (r"\bbald\b|shaved head|hairless", "bald"),
    (r"\bafro\b", "afro"),
    (r"\bbuzz", "buzz"),
    (r"shaved at the sides|undercut|mohawk", "undercut"),
    (r"\blocs\b|dreadlocks", "locs"),
    (r"\b(braids|plaits|pigtails)\b", "braids"),
    (r"\b(braid|plait)\b", "plait"),
    (r"topknot|man bun", "topknot"),
    (r"\bbun\b|chignon", "bun"),
    (r"ponytail", "ponytail"),
    (r"tied back|tied at", "tied"),
    (r"\bbob\b|pageboy", "bob"),
    (r"curl|tangle|ringlet|frizz|wavy", "curls"),
    (r"\bwild\b|unruly|tousled|messy|shock of|spik", "wild"),
    (r"swept.back|pompadour|quiff", "swept"),
    (r"comb.over|combed over|receding|thinning|balding", "receding"),
    (r"slick|part(ing|ed)|combed", "slick"),
    (r"\bcrop|close.cropped|short(?=[^,;]*\bhair)", "crop"),
    (r"\bhair\b|\blocks\b|\bmane\b|-haired", "long"),
)
BEARD: Rules = (
    (r"clean.shaven|beardless", "none"),
    (r"pencil moustache|thin moustache", "pencil"),
    (r"goatee|van dyke", "goatee"),
    (r"stubble|unshaven", "stubble"),
    (r"long[^,;]*beard|flowing beard", "long"),
    (r"\bbeard", "full"),
    (r"m[ou]+stache", "moustache"),
)
HATS: Rules = (
    (r"\bbowler\b", "bowler"),
    (r"hard hat", "hardhat"),
    (r"tricorn", "tricorn"),
    (r"top hat|\btopper\b", "tophat"),
    (r"linen cap|\bcoif\b|\bbonnet\b|mob.?cap", "coif"),
    (r"\bberet\b", "beret"),
    (r"\bbeanie\b|(woolly|knitted|bobble|wool) (hat|cap)", "beanie"),
    (r"headscarf|\bhijab\b|\bwimple\b|\bveil\b", "headscarf"),
    (r"head.?wrap|\bturban\b", "turban"),
    (r"\bbandana\b|head.?band", "bandana"),
    (r"(peaked|sailor|captain's|officer's|nautical) cap", "peaked"),
    (r"\bcap\b", "flatcap"),
    (r"(pointed|wizard'?s?|witch'?s?) hat", "pointed"),
    (r"\bcrown\b|\btiara\b|\bdiadem\b|\bcirclet\b", "crown"),
    (r"\bhood\b|hooded", "hood"),
    (r"\bhelmet\b|\bhelm\b", "helmet"),
    (r"\bhat\b|\bfedora\b|stetson|\btrilby\b", "brimmed"),
)
NECKS: Rules = (
    (r"bow.?tie", "bowtie"),
    (r"\bcravat\b|\bruff\b|\bjabot\b", "cravat"),
    (r"\btie\b", "tie"),
    (r"\bkerchief\b|neckerchief", "kerchief"),
    (r"\bscarf\b", "scarf"),
    (r"\bpendant\b|\bamulet\b|\blocket\b", "pendant"),
    (r"\bpearls\b|\bnecklace\b|\bbeads\b", "beads"),
    (r"\blanyard\b", "lanyard"),
)
GARMENTS: Rules = (
    (r"high.visibility|hi.?vi[sz]|reflective", "hivis"),
    (r"lab coat|doctor's coat", "labcoat"),
    (r"\bsari\b", "sari"),
    (r"\buniform\b", "uniform"),
    (r"pressure suit|space ?suit|flight suit", "spacesuit"),
    (r"dungarees|overalls|boiler suit|coveralls", "dungarees"),
    (r"\bapron\b", "apron"),
    (r"polo neck|turtleneck|roll.?neck", "polo"),
    (r"\brugby\b|\bhooped\b|\bstriped\b", "hoops"),
    (r"\bcardigan\b", "cardigan"),
    (r"\bshawl\b|\bponcho\b", "shawl"),
    (r"\btunic\b|\bscrubs\b", "tunic"),
    (r"\bcloak\b|\bcape\b|\bfur\b|-fur\b|\barmour\b|\barmor\b", "cloak"),
    (r"\bsuit\b|\bblazer\b|jacket|\bcoat\b|\btuxedo\b|\banorak\b|\bvelvet\b", "jacket"),
    (r"\bjersey\b|\bjumper\b|\bsweater\b|\bpullover\b|\bhoodie\b", "jumper"),
    (r"\brobe|\bkimono\b|\bgown\b|\bdress\b", "robe"),
    (r"\bshirt\b|\bblouse\b", "shirt"),
)
GLASSES: Rules = (
    (r"sunglasses|dark glasses|shades", "sun"),
    (r"half.moon", "half"),
    (r"square[^,;]*(glasses|spectacles)|thick[^,;]*(glasses|spectacles)", "square"),
    (r"rimless|wire.rimmed", "rimless"),
    (r"glasses|spectacles|\bspecs\b", "round"),
    (r"\bmonocle\b", "monocle"),
    (r"eye.?patch", "patch"),
    (r"\bgoggles\b", "goggles"),
)
MARKS: Rules = (
    (r"freckle", "freckles"),
    (r"ruddy|red.cheeked|pink.cheek|pink cheeks|rosy|sunburnt|reddened|flushed", "ruddy"),
    (r"scar[^,;]*(nose|cheek|face)", "scar"),
    (r"scar[^,;]*brow", "cut brow"),
    (r"burn mark|burn scar|burnt", "burn"),
    (r"(rings|circles|shadows)[^,;]*eyes|hollow-eyed", "tired"),
    (r"gap.tooth", "gap"),
    (r"lined|wrinkled|furrowed", "lined"),
    (r"gaunt|hollow.cheek|angular|haggard", "gaunt"),
    (r"tape[d]?[^,;]*ear|cauliflower", "taped ear"),
    (r"headset|headphones", "headset"),
    (r"pencils?[^,;]*(ear|bun)|(ear|bun)[^,;]*pencils?", "pencil"),
    (r"silver[^,;]*hoop", "silver hoops"),
    (r"hoop[^,;]*earring", "hoops"),
    (r"pearl[^,;]*earring|^(?!.*hoop).*\bearring", "pearl"),
    (r"\bbadge\b|\bbrooch\b|\bmedal", "badge"),
    (r"pointed ears|\belf\b|\belven\b|\belvish\b", "pointed ears"),
    (r"\bhorns\b|horned", "horns"),
    (r"flower[^,;]*hair|hair[^,;]*flower", "flower"),
)
BUILDS: Rules = (
    (r"stout|\bround\b|plump|portly|heavy|thick neck|burly|fat\b", "stout"),
    (r"broad|muscular|stocky|huge|enormous", "broad"),
    (r"lean|narrow|gaunt|slight|thin|slender|skinny|wiry|lanky", "slight"),
    (r"\bsmall\b|tiny|petite", "small"),
)
SKIN_WORDS: tuple[tuple[str, int], ...] = (
    (r"(very |deathly )pale|porcelain|pallid", 0),
    (r"(deep|dark|rich).brown|ebony|\bblack.?skin", 6),
    (r"\bdark.?skin|\bdark (face|complexion)", 5),
    (r"brown.?skin|brown face|brown complexion", 4),
    (r"wind.tanned|light(ly)?.tan|olive|weathered skin|swarthy|golden.?skin", 2),
    (r"\bbronze|\btan(ned)?\b|copper.?skin", 3),
    (r"ruddy|weathered|freckle|sunburnt|reddened|red.cheeked|rosy|pink cheeks", 1),
    (r"\bpale|fair.?skin|gaunt", 0),
)
ROBOT = re.compile(r"\brobot\b|\bandroid\b|\bautomaton\b|\bdroid\b|\bcyborg\b")
ODD_SKIN = re.compile(r"\b(green|blue|grey|gray|purple|violet|red|teal|silver|golden)[- ](?:skin|skinned|faced|scales)")
_HAIR_WORDS: dict[str, Colour] = {
    **WORDS,
    "dark": (0.28, 0.03, 50),
    "raven": WORDS["black"],
    "fair": WORDS["blond"],
    "red": WORDS["copper"],
    "brown": (0.38, 0.06, 52),
    "grey": (0.72, 0.01, 250),
    "salt": (0.55, 0.008, 250),
}


class Garb(Value):
    """One thing worn: its kind (empty: none) and its colours as far as words tell them."""

    kind: str = ""
    colour: Colour | None = None
    second: Colour | None = None


class Likeness(Value):
    """Everything the pen needs to know."""

    seed: int
    age: int
    robot: bool
    temperament: str
    extravert: bool
    warm: bool
    feminine: bool
    skin: Colour
    build: str
    hair: str
    hair_colour: Colour
    beard: str
    beard_colour: Colour
    hat: Garb
    neck: Garb
    garment: Garb
    glasses: str
    marks: frozenset[str]

    def lot(self, of: str) -> random.Random:
        """A generator of its own for each question, so that a new question never changes an old answer."""
        return random.Random(f"{self.seed} {of}")


def likeness(character: Character) -> Likeness:
    """Read the appearance (the career stands in where it says nothing of clothes); the lot is cast by id, else name."""
    digest = hashlib.blake2s((character.id or character.name).encode(), digest_size=6).digest()
    seed = int.from_bytes(digest, "big")
    looks = character.appearance.lower()
    clauses = tuple(filter(None, re.split(r"[,;.]\s*", looks)))
    age = character.age if character.age is not None else random.Random(f"{seed} age").randint(22, 50)
    if re.search(r"pointed ears|\bel(f|ven|vish)\b|ageless", looks):
        age = min(age, 30)
    feminine = _feminine(character.pronouns, random.Random(f"{seed} gender"))
    hair = _hair(clauses, age, feminine, random.Random(f"{seed} hair"))
    beard = _garb(BEARD, clauses, _HAIR_WORDS)
    if not beard.kind and not looks and not feminine:
        beard = Garb(kind=random.Random(f"{seed} beard").choice(("", "", "", "full", "stubble", "moustache")))
    hair_colour = hair.colour or beard.colour or _grown(age, random.Random(f"{seed} hue"))
    if "greying" in looks or "streaked" in looks:
        hair_colour = mixed(hair_colour, WORDS["grey"], 0.3)
    neck = _garb(NECKS, clauses, WORDS)
    formal = neck.kind in ("tie", "bowtie", "cravat")
    kind = character.mbti or ""
    five = character.big_five
    return Likeness(
        seed=seed,
        age=age,
        robot=bool(ROBOT.search(f"{looks} {character.career.lower()}")),
        temperament=(kind[1] + kind[2] if kind[1] == "N" else kind[1] + kind[3]) if kind else "",
        extravert=kind.startswith("E") if kind else seed % 2 == 0,
        warm=five.agreeableness >= 4.5 if five else (kind[2] == "F" if kind else seed % 3 > 0),
        feminine=feminine,
        skin=_skin(looks, hair_colour, age, random.Random(f"{seed} skin")),
        build=_first(BUILDS, (looks,)) or ("small" if age < 14 else ""),
        hair=hair.kind,
        hair_colour=hair_colour,
        beard="" if beard.kind == "none" else beard.kind,
        beard_colour=beard.colour or hair_colour,
        hat=_garb(HATS, clauses, WORDS),
        neck=neck,
        garment=_garment(clauses, character.career.lower(), formal, random.Random(f"{seed} garment")),
        glasses=_first(GLASSES, clauses) or "",
        marks=frozenset(mark for pattern, mark in MARKS if re.search(pattern, looks)),
    )


def _first(rules: Rules, clauses: Iterable[str]) -> str | None:
    texts = tuple(clauses)
    return next((meaning for pattern, meaning in rules if any(re.search(pattern, text) for text in texts)), None)


def _garb(rules: Rules, clauses: tuple[str, ...], lexicon: Mapping[str, Colour]) -> Garb:
    """The first rule's thing; its colour stands before it in the same clause, or else after it."""
    colour_word = re.compile(rf"\b({'|'.join(lexicon)})\b")
    for pattern, kind in rules:
        for clause in clauses:
            if not (found := re.search(pattern, clause)):
                continue
            spots = [(spot.start(), lexicon[spot[1]]) for spot in colour_word.finditer(clause)]
            before = [colour for start, colour in spots if start <= found.start()]
            after = [colour for start, colour in spots if start > found.start()]
            ranked = [*reversed(before), *after]
            return Garb(kind=kind, colour=ranked[0] if ranked else None, second=ranked[1] if ranked[1:] else None)
    return Garb()


def _hair(clauses: tuple[str, ...], age: int, feminine: bool, lot: random.Random) -> Garb:
    hair = _garb(HAIR, clauses, _HAIR_WORDS)
    if hair.kind:
        return hair
    if feminine:
        return Garb(kind=lot.choice(("bob", "bun", "long", "curls", "ponytail", "plait", "crop")))
    return Garb(kind=lot.choice(("crop", "slick", "swept", "curls", "wild", "receding" if age > 40 else "undercut")))


def _grown(age: int, lot: random.Random) -> Colour:
    natural = lot.choice(("black", "black", "black", "dark", "dark", "brown", "brown", "chestnut", "auburn", "blond"))
    grey = min(1.0, max(0.0, (age - 42) / 28))
    return mixed(_HAIR_WORDS[natural], WORDS["silver"], grey)


def _skin(looks: str, hair: Colour, age: int, lot: random.Random) -> Colour:
    if odd := ODD_SKIN.search(looks):
        lightness, chroma, hue = WORDS.get(odd[1], WORDS["grey"])
        return (max(0.55, lightness), min(chroma, 0.1), hue)
    fair_haired = age < 50 and hair[0] > 0.42 and hair[1] > 0.07
    tone = next(
        (tone for pattern, tone in SKIN_WORDS if re.search(pattern, looks)), lot.randint(0, 1 if fair_haired else 5)
    )
    lightness, chroma, hue = SKINS[tone]
    return (lightness + lot.uniform(-0.015, 0.015), chroma, hue + lot.uniform(-6, 6))


def _garment(clauses: tuple[str, ...], career: str, formal: bool, lot: random.Random) -> Garb:
    found = _garb(GARMENTS, clauses, WORDS)
    if found.kind or formal:
        return found if found.kind else Garb(kind="jacket", colour=WORDS["black"])
    trade = _garb(TRADES, (career,), WORDS).kind
    return Garb(kind=trade or lot.choice(("jacket", "jumper", "polo", "shirt", "cardigan")))


def _feminine(pronouns: str, lot: random.Random) -> bool:
    first = pronouns.lower().split("/")[0].strip()
    return first == "she" if first in ("she", "he") else lot.random() < 0.5


TRADES: Rules = (
    (r"doctor|surgeon|scientist|chemist|biolog|pharmac|physic", "labcoat"),
    (r"nurse|dentist|vet\b|veterinar|paramedic", "tunic"),
    (r"chef|cook|baker|barista|butcher|smith|potter|carpenter|landlady|landlord|innkeep", "apron"),
    (r"police|sheriff|captain|soldier|officer|guard|pilot|admiral|general\b", "uniform"),
    (r"astronaut|cosmonaut|spac|starship", "spacesuit"),
    (r"mechanic|plumber|farmer|gardener|(?<!software )engineer|electrician", "dungarees"),
    (r"builder|road|crane|construction", "hivis"),
    (r"lawyer|judge|manager|banker|director|politician|spy|detective|broker", "jacket"),
    (r"wizard|witch|monk|priest|nun|mage|sorcer|queen|king|prince", "robe"),
    (r"knight|ranger|hunter|slayer|warrior|paladin", "cloak"),
    (r"football|rugby|athlete|player|sailor", "hoops"),
)
