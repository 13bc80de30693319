"""Codes of states that `country_converter` lacks or has otherwise, as the code books give them. Read by `states`.

- FIPS 10-4 (withdrawn by NIST in 2008, kept by GDELT for places, with the codes of South Sudan and Kosovo added).
- COW: Correlates of War, State System Membership v2016. G-W: Gleditsch and Ward (1999), list of independent states,
  update of 2017; the two differ in what follows 1945, in Serbia, and in the Pacific.
- CAMEO: Gerner, Schrodt and Yilmaz, code book 1.1b3 (2012), appendix of actor codes, which is ISO 3166 of the 1990s
  with a few of its own.
- UCDP: the names of parties in the data of the Uppsala Conflict Data Program.

A code that is still in use means the state of today in all years, as Russia for the Soviet Union, or Serbia for
Yugoslavia; only one that has come to its end means a state of its own.
"""


def _pairs(text: str) -> dict[str, str]:
    """`AC:AG AG:DZ` as a dict."""
    return dict(pair.split(":") for pair in text.split())


# FIPS code: ISO 3166 alpha-2, where they differ, or where the code is another's in ISO
FIPS = _pairs("""
    AA:AW AC:AG AG:DZ AJ:AZ AN:AD AQ:AS AS:AU AU:AT AV:AI AY:AQ BA:BH BC:BW BD:BM BF:BS BG:BD BH:BZ BK:BA BL:BO BM:MM
    BN:BJ BO:BY BP:SB BU:BG BX:BN BY:BI CB:KH CD:TD CE:LK CF:CG CG:CD CH:CN CI:CL CJ:KY CK:CC CN:KM CQ:MP CS:CR CT:CF
    CW:CK DA:DK DO:DM DR:DO EI:IE EK:GQ EN:EE ES:SV EZ:CZ FG:GF FP:PF FS:TF GA:GM GB:GA GG:GE GJ:GD GK:GG GM:DE GQ:GU
    GV:GN HA:HT HO:HN IC:IS IS:IL IV:CI IZ:IQ JA:JP KN:KP KR:KI KS:KR KT:CX KU:KW KV:XK LE:LB LG:LV LH:LT LI:LR LO:SK
    LS:LI LT:LS MA:MG MB:MQ MC:MO MF:YT MG:MN MH:MS MI:MW MJ:ME MN:MC MO:MA MP:MU MU:OM NE:NU NG:NE NH:VU NI:NG NN:SX
    NS:SR NT:AN NU:NI OD:SS PA:PY PC:PN PM:PA PO:PT PP:PG PS:PW PU:GW RI:RS RM:MH RN:MF RP:PH RQ:PR RS:RU SB:PM SC:KN
    SE:SC SF:ZA SG:SN SN:SG SP:ES ST:LC SU:SD SV:SJ SW:SE SX:GS SZ:CH TB:BL TD:TT TI:TJ TK:TC TL:TK TN:TO TO:TG TP:ST
    TS:TN TT:TL TU:TR TX:TM UC:CW UK:GB UP:UA UV:BF VI:VG VM:VN VQ:VI VT:VA WA:NA WI:EH WZ:SZ YM:YE ZA:ZM ZI:ZW
""")

# number: ISO 3166 alpha-3, for the states of which `country_converter` has another number
COW = _pairs("255:DEU 316:CZE 345:SRB 679:YEM 816:VNM 946:KIR 947:TUV 955:TON 970:NRU")
GW = _pairs("255:DEU 260:DEU 316:CZE 678:YEM 816:VNM")

# number: the name of a state that is no more
_ENDED = {
    "89": "United Provinces of Central America",
    "99": "Gran Colombia",
    "240": "Hanover",
    "245": "Bavaria",
    "265": "East Germany",
    "267": "Baden",
    "269": "Saxony",
    "271": "Württemberg",
    "273": "Hesse-Kassel",
    "275": "Hesse-Darmstadt",
    "280": "Mecklenburg-Schwerin",
    "300": "Austria-Hungary",
    "315": "Czechoslovakia",
    "327": "Papal States",
    "329": "Two Sicilies",
    "332": "Modena",
    "335": "Parma",
    "337": "Tuscany",
    "511": "Zanzibar",
    "680": "South Yemen",
    "730": "Korea",
    "817": "South Vietnam",
}
COW_ENDED = _ENDED | {"260": "West Germany", "324": "Venice", "678": "North Yemen"}  # 324: of Thompson's rivalries
GW_ENDED = _ENDED | {
    "345": "Yugoslavia",
    "563": "Transvaal",
    "564": "Orange Free State",
    "711": "Tibet",
    "815": "Annam",
}

# CAMEO code: ISO 3166 alpha-3, where they differ
CAMEO = _pairs("IMY:IMN KSV:XKX MTN:MNE ROM:ROU TMP:TLS")

# party to a conflict in the data of UCDP: the name by which the gazetteer knows it. A government is its state, but for
# that of Syria, which articles tell from the country.
UCDP = {
    "Al-Jabha al-Shamiyyah": "Levant Front",
    "ETIM": "Turkistan Islamic Party",
    "Government of Syria": "Syrian government",
    "IS": "Islamic State",
    "Liwa al-Sultan Murad": "Sultan Murad Division",
    "NDF (Syria)": "National Defence Forces",
    "Rahman Corps": "Faylaq al-Rahman",
    "SNA": "Syrian National Army",
    "Tanzim Hurras ad-Din": "Hurras al-Din",
}
