"""Names of people and firms that do not exist."""

from typing import Final

COMPANIES: Final = (
    "Northgate Instruments", "Calloway Castings", "Thornbury Gauges", "Kessler Messtechnik", "Bexley Avionics",
    "Sorrento Valvole", "Harrow Pumps", "Lindqvist Sensorik", "Oakhurst Medical", "Penrose Optics", "Brackley Turbines",
    "Duval Pharma", "Elmstead Foods", "Fairlight Metrology", "Gravesend Marine", "Hollis Bearings", "Inverness Flow",
    "Jorvik Dairy", "Kirkby Cables", "Larkfield Plastics", "Moreton Rail", "Nidd Valley Water", "Ostrava Motors",
    "Pickering Steel", "Quarndon Labs", "Rothwell Hydraulics", "Selby Ceramics", "Tamworth Torque", "Ullswater Gas",
    "Vasterby Kraft", "Wetherby Brakes", "Yarrow Shipyards", "Zwolle Zuivel", "Aldgate Analytics", "Burnham Batteries",
    "Crossley Coatings", "Denholm Drives", "Esk Engineering", "Foxton Filters", "Garforth Glass", "Hexham Heat",
    "Ilkley Implants", "Keswick Controls", "Ludlow Lifts", "Malton Mills", "Newark Nozzles", "Otley Ovens",
    "Ripon Robotics", "Settle Scales", "Thirsk Tanks",
)  # fmt: skip

GIVEN: Final = (
    "Hannah", "Dev", "Marion", "Oliver", "Aisha", "Bruno", "Chloe", "Daan", "Elif", "Femi", "Grace", "Henrik", "Imani",
    "Jakub", "Keiko", "Liam", "Mei", "Nadia", "Oscar", "Paula", "Quentin", "Rosa", "Samir", "Tova", "Umar", "Vera",
    "Wanda", "Xavier", "Yusuf", "Zofia",
)  # fmt: skip

FAMILY: Final = (
    "Reyes", "Patel", "Clarke", "Strand", "Nowak", "Okoye", "Fischer", "Moreau", "Rossi", "Jansen", "Hughes", "Khan",
    "Larsson", "Mbeki", "Novak", "Quinn", "Ramos", "Schmidt", "Takeda", "Underwood", "Varga", "Walsh", "Yilmaz",
    "Zeman", "Ashworth", "Bianchi", "Castillo", "Dubois", "Eriksen", "Ferrari",
)  # fmt: skip

TITLES: Final = (
    "Head of Quality", "Calibration Manager", "Purchasing Manager", "Finance Director", "Quality Engineer",
    "Laboratory Manager", "Production Manager", "Metrologist", "Plant Manager", "Compliance Officer",
)  # fmt: skip
