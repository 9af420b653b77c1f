"""Other ways to say a word: a short list of our own, in place of a thesaurus.

It holds everyday words, spellings and short forms that may stand for one another in most sentences. It knows no
senses: a question made with it may sound odd, as a hurried person's does.
"""

from __future__ import annotations

import random
import re

_GROUPS = """
begin start commence; end finish conclude; large big huge; small little tiny; quick fast rapid; quickly fast rapidly;
buy purchase; help assist aid; show display demonstrate; need require; use employ utilize; uses employs utilizes; used
employed utilized; using employing utilizing; make create produce; makes creates produces; made created produced;
making creating producing; get obtain receive; gets obtains receives; got obtained received; give provide supply;
gives provides supplies; given provided supplied; find discover locate; found discovered located; finds discovers
locates; choose select pick; chosen selected picked; change alter modify; changes alters modifies; changed altered
modified; increase rise growth; increased raised grown; decrease reduction decline; decreased reduced lowered; reduce
lower decrease; reduces lowers decreases; important significant essential; different distinct various; similar alike
comparable; same identical equal; old aged ancient; new recent novel; people persons humans; person individual human;
child kid youngster; children kids youngsters; car automobile vehicle; cars automobiles vehicles; house home dwelling;
houses homes dwellings; job work task; jobs tasks; city town; cities towns; country nation state; countries nations
states; road street; roads streets; picture image photo; pictures images photos; illness disease sickness; illnesses
diseases; doctor physician; doctors physicians; medicine drug medication; medicines drugs medications; error mistake
fault; errors mistakes faults; answer reply response; answers replies responses; question query; questions queries;
problem issue difficulty; problems issues difficulties; method approach technique; methods approaches techniques;
result outcome; results outcomes findings; idea concept notion; ideas concepts notions; part piece portion; parts
pieces portions; kind type sort; kinds types sorts; amount quantity; amounts quantities; place location site; places
locations sites; area region zone; areas regions zones; speed velocity; speeds velocities; power strength force; price
cost; prices costs; money cash funds; company firm business; companies firms businesses; law rule regulation; laws
rules regulations; war conflict; wars conflicts; battle fight; king monarch ruler; leader head chief; leaders heads
chiefs; rich wealthy; poor needy; happy glad pleased; sad unhappy; angry furious; hard difficult tough; easy simple;
beautiful pretty lovely; strange odd unusual; common frequent usual; rare uncommon unusual; often frequently; usually
normally generally; sometimes occasionally; always constantly; almost nearly; about approximately around; however
nevertheless yet; therefore thus hence; because since as; although though while; also too additionally; only merely;
maybe perhaps; many numerous several; enough sufficient; main chief principal primary; total entire whole; complete
full entire; correct right accurate; wrong incorrect false; able capable; build construct; built constructed erected;
building structure edifice; buildings structures; allow permit let; allows permits lets; allowed permitted; stop halt
cease; stopped halted ceased; keep retain hold; kept retained held; move shift; moved shifted; ask inquire; asked
inquired; said stated; speak talk; try attempt; tried attempted; seem appear; seems appears; happen occur; happens
occurs; happened occurred; contain hold include; contains holds includes; contained held included; consider regard;
considered regarded; develop evolve; developed evolved; study investigation research; studies investigations; test
trial; tests trials; examine inspect; examined inspected; measure gauge; measured gauged; determine establish;
determined established; describe depict; described depicted; improve better enhance; improved bettered enhanced;
destroy ruin; destroyed ruined; protect guard defend; protected guarded defended; colour color; centre center;
behaviour behavior; favour favor; labour labor; metre meter; theatre theater; organise organize; organised organized;
recognise recognize; recognised recognized; analyse analyze; analysed analyzed; one 1; two 2; three 3; four 4; five 5;
six 6; seven 7; eight 8; nine 9; ten 10; percent %; until till; among amid; usa america; uk britain; film movie; films
movies; autumn fall; file document; files documents; folder directory; folders directories; delete remove erase;
deleted removed erased; computer machine; computers machines; program application software; programs applications;
function routine; functions routines; list enumeration; option setting; options settings; default standard; print
output; version release; versions releases; user person; users people; message note; messages notes; command
instruction; commands instructions; string text; strings texts
"""

_WORD = re.compile(r"[^\W_](?:[\w'’-]*[^\W_])?|%")


def _variants() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for group in _GROUPS.split(";"):
        words = group.split()
        for word in words:
            found.setdefault(word, []).extend(other for other in words if other != word)
    return found


VARIANTS = _variants()
"""A word to what may stand for it; lower case."""


def reworded(sentence: str, draw: random.Random) -> str:
    """Return a sentence with every word that has a variant replaced by one; itself where none has."""

    def replace(match: re.Match[str]) -> str:
        others = VARIANTS.get(match[0].lower())
        return draw.choice(others) if others else match[0]

    return _WORD.sub(replace, sentence)


def shortened(sentence: str, draw: random.Random) -> str:
    """Return a sentence without half of its words, drawn at random."""
    words = sentence.split()
    kept = sorted(draw.sample(range(len(words)), len(words) - len(words) // 2))
    return " ".join(words[place] for place in kept)


def reordered(sentence: str, draw: random.Random) -> str:
    """Return a sentence whose words stand in random order."""
    words = sentence.split()
    draw.shuffle(words)
    return " ".join(words)


def garbled(sentence: str, draw: random.Random) -> str:
    """Return half of a sentence's words in random order, replaced where they have variants."""
    return reworded(reordered(shortened(sentence, draw), draw), draw)
