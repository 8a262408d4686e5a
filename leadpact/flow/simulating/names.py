"""Names of people and firms that do not exist, and those everybody who looks at the sample meets first."""

from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Final

COMPANIES: Final = (
    "Calloway Castings", "Thornbury Gauges", "Kessler Messtechnik", "Bexley Avionics", "Sorrento Valvole",
    "Harrow Pumps", "Lindqvist Sensorik", "Oakhurst Medical", "Penrose Turbines", "Brackley Turbines", "Duval Pharma",
    "Elmstead Foods", "Fairlight Metrology", "Gravesend Marine", "Hollis Bearings", "Inverness Flow", "Jorvik Dairy",
    "Kirkby Cables", "Larkfield Plastics", "Moreton Rail", "Nidd Valley Water", "Ostrava Motors", "Pickering Steel",
    "Quarndon Labs", "Rothwell Hydraulics", "Selby Ceramics", "Tamworth Torque", "Ullswater Gas", "Vasterby Kraft",
    "Wetherby Brakes", "Yarrow Shipyards", "Zwolle Zuivel", "Aldgate Sensors", "Burnham Batteries",
    "Crossley Coatings", "Denholm Drives", "Esk Engineering", "Foxton Filters", "Garforth Glass", "Hexham Heat",
    "Ilkley Implants", "Keswick Controls", "Ludlow Lifts", "Malton Mills", "Newark Nozzles", "Otley Ovens",
    "Ripon Robotics", "Settle Scales", "Thirsk Tanks", "Lindholm Pneumatik", "Oakridge Water", "Fenwick Scales",
    "Carrow Pharma", "Brenta Turbine", "Moorgate Dairies", "Halden Optik", "Vantage Hydraulics", "Sable Marine",
    "Nordfjord Energi", "Taunus Labortechnik", "Weir & Dunn", "Lumen Optics", "Reinholt Waagen", "Ferrer Optica",
)  # fmt: skip

_PLACES: Final = (
    "Abbey", "Ackworth", "Alder", "Almond", "Ambleside", "Arndale", "Ashby", "Aston", "Baltic", "Barrow", "Beacon",
    "Berwick", "Blyth", "Bramley", "Bristow", "Calder", "Camden", "Carlisle", "Cheviot", "Clyde", "Cotswold",
    "Coventry", "Danube", "Derwent", "Dover", "Dunmore", "Eastgate", "Eden", "Elbe", "Ely", "Farnham", "Firth",
    "Forth", "Galway", "Glenmore", "Hadrian", "Hallam", "Humber", "Iona", "Jura", "Kelso", "Kent", "Lennox", "Linden",
    "Lomond", "Lothian", "Mersey", "Munster", "Neckar", "Norwood", "Orkney", "Orwell", "Oslofjord", "Pembroke",
    "Pennine", "Ravenna", "Rhone", "Ruhr", "Saxon", "Severn", "Skagen", "Solent", "Sterling", "Tay", "Tees", "Trent",
    "Tyne", "Uppsala", "Vale", "Veneto", "Warwick", "Wessex", "Yare", "Zealand",
)  # fmt: skip
_TRADES: Final = (
    "Aerospace", "Alloys", "Automation", "Bearings", "Biotech", "Brewing", "Castings", "Ceramics", "Chemicals",
    "Components", "Diagnostics", "Dynamics", "Electronics", "Fasteners", "Flow Control", "Foods", "Forgings",
    "Gauges", "Gears", "Hydraulics", "Instruments", "Laboratories", "Machining", "Medical", "Mouldings", "Optics",
    "Packaging", "Pharma", "Pneumatics", "Precision", "Pumps", "Robotics", "Sensors", "Springs", "Steel", "Systems",
    "Tooling", "Turbines", "Valves", "Weighing",
)  # fmt: skip

GIVEN: Final = (
    "Adam", "Aisha", "Alba", "Alexander", "Anja", "Anton", "Beatriz", "Ben", "Bruno", "Carla", "Cem", "Chiara",
    "Conor", "Daan", "Daria", "David", "Elif", "Elena", "Emil", "Emma", "Esther", "Farid", "Femi", "Fiona", "Frank",
    "Freya", "Gareth", "Giulia", "Grace", "Hamza", "Hanna", "Henrik", "Hugo", "Ida", "Imani", "Ingrid", "Ivan",
    "Jakub", "James", "Jana", "Joana", "Joost", "Julia", "Karim", "Katya", "Keiko", "Klara", "Kofi", "Laura", "Leo",
    "Liam", "Lotte", "Louise", "Lucas", "Magnus", "Maja", "Marco", "Maria", "Martin", "Mateo", "Maya", "Mikkel",
    "Milan", "Mohammed", "Monika", "Nadia", "Nico", "Nina", "Noor", "Olivia", "Oscar", "Paula", "Peter", "Petra",
    "Quentin", "Rahul", "Rebecca", "Rosa", "Rory", "Samir", "Sanna", "Sarah", "Sean", "Sofia", "Stefan", "Tariq",
    "Teresa", "Thomas", "Tova", "Umar", "Vera", "Viktor", "Wanda", "William", "Xavier", "Yara", "Yusuf", "Zofia",
)  # fmt: skip

FAMILY: Final = (
    "Adeyemi", "Ahmed", "Andersen", "Ashworth", "Baker", "Barnes", "Bauer", "Becker", "Bell", "Bianchi", "Bianco",
    "Bos", "Bright", "Campbell", "Castillo", "Chen", "Cole", "Costa", "Cruz", "Dahl", "Davies", "Dietrich", "Dubois",
    "Duarte", "Eriksen", "Evans", "Farkas", "Ferrari", "Fischer", "Foster", "Fraser", "Gallo", "Garcia", "Gibson",
    "Graham", "Hansen", "Harris", "Hoffmann", "Horvat", "Hughes", "Ivanov", "Jansen", "Jensen", "Johnson", "Kaya",
    "Keller", "Khan", "Koch", "Kovacs", "Kowalski", "Larsson", "Laurent", "Lehmann", "Lewis", "Lindberg", "Lopez",
    "Marsh", "Martin", "Mbeki", "Meyer", "Moreau", "Morgan", "Murphy", "Nguyen", "Nielsen", "Novak", "Nowak",
    "O'Brien", "Okoye", "Olsen", "Owen", "Park", "Parker", "Pereira", "Petit", "Price", "Quinn", "Ramos", "Reid",
    "Richter", "Rossi", "Roy", "Ruiz", "Sato", "Schmidt", "Shah", "Silva", "Singh", "Smit", "Stewart", "Svensson",
    "Takeda", "Taylor", "Underwood", "Varga", "Virtanen", "Vogel", "Walsh", "Weber", "Wilson", "Yilmaz", "Zeman",
)  # fmt: skip

TITLES: Final = (
    "Head of Quality", "Calibration Manager", "Purchasing Manager", "Finance Director", "Quality Engineer",
    "Laboratory Manager", "Production Manager", "Metrologist", "Plant Manager", "Compliance Officer",
    "Maintenance Manager", "Technical Director", "Quality Systems Lead", "Operations Director",
)  # fmt: skip


@dataclass(frozen=True)
class Noted:
    """Somebody with a name of their own; their firm is nobody else's."""

    name: str
    title: str
    company: str


NOTED: Final = (
    Noted("Hannah Reyes", "Head of Quality", "Northgate Instruments"),
    Noted("Lena Fuchs", "Operations Director", "Dorn Pumpen GmbH"),
    Noted("Nils Bergqvist", "Head of Laboratory", "Norrvik Kemi"),
    Noted("Erik Sandvik", "Maintenance Manager", "Fjordkraft Maskin AS"),
    Noted("Ruth Hamill", "Compliance Lead", "Pellworth Dairy"),
    Noted("Jakob Nyström", "Lead Quality Engineer", "Lindqvist Metall AB"),
    Noted("Amara Diallo", "Plant Manager", "Sahel Agritech"),
    Noted("Mei Tanaka", "QA Manager", "Hoshino Seimitsu"),
    Noted("Marta Kowalczyk", "Purchasing Manager", "Baltica Foods"),
    Noted("Greg Sutter", "VP Operations", "Ashdown Aerospace"),
    Noted("Simone Carraro", "Quality Manager", "Officine Tarvisio"),
    Noted("Nadia Benali", "Head of Laboratory", "Atlas Pharma Tunis"),
    Noted("Pieter Verhagen", "Technical Director", "Zuiderzee Marine"),
    Noted("Chloe Barratt", "Quality Systems Lead", "Whitcombe Medical"),
    Noted("Tess Holloway", "Quality Engineer", "Arden Filtration"),
    Noted("Ahmed Farouk", "Founder", "Delta Sensors"),
    Noted("Luca Ferri", "Quality Engineer", "Ferri & Figli S.r.l."),
    Noted("Owen Pritchard", "Engineering Manager", "Cardiff Precision"),
    Noted("Gillian Webb", "Quality Director", "Harcourt Valves"),
    Noted("Ilse Baumgartner", "Head of Procurement", "Alpenglas GmbH"),
    Noted("Dev Patel", "Calibration Manager", "Northgate Instruments"),
    Noted("Marion Clarke", "Purchasing Manager", "Northgate Instruments"),
    Noted("Robin Achterberg", "Fleet Engineer", "Zuiderzee Marine"),
    Noted("Sven Lindqvist", "Production Manager", "Lindqvist Metall AB"),
)
FIRMS: Final = 580  # beside those of the noted


@lru_cache(maxsize=1)
def firms() -> tuple[str, ...]:
    """Return the prospects' firms; those in front send more people than those behind."""
    made = [f"{place} {trade}" for place in _PLACES for trade in _TRADES]
    Random("firms").shuffle(made)  # noqa: S311  # names, not secrets
    return (*COMPANIES, *made[: FIRMS - len(COMPANIES)])


def domain_of(company: str) -> str:
    """Return a firm's mail domain, under the top-level domain that nobody can own."""
    return f"{_plain(company).replace(' ', '-')}.example"


def address_of(name: str, company: str) -> str:
    return f"{_plain(name).replace(' ', '.')}@{domain_of(company)}"


def _plain(text: str) -> str:
    for letter, plain in (("ó", "o"), ("ö", "o"), ("&", "and"), (".", ""), ("'", "")):
        text = text.replace(letter, plain)
    return text.lower()
