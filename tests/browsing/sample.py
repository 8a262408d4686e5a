"""The installations that pages are looked at on: a small sample company, and one where nothing is there yet."""

from typing import Final

from conftest import Home

PASSWORD: Final = "calibrate-2026"  # of sample logins
LOGINS: Final = tuple(
    f"{name}@truemark.example" for name in ("olga", "priya", "tom", "ines", "jonas", "helen", "mira", "karl")
)
LONG: Final = "Wilhelmina-Alexandrina von Hohenzollern-Sigmaringen-Nassau IV"
LONG_DEALS: Final = (
    "Deal,Name,Email,Company,Amount,Currency,Stage,Created\n"
    f"Enterprise-wide calibration of every gauge in every plant worldwide,{LONG},w.hohenzollern@longnames.example,"
    "The Extraordinarily Long-Named Precision Instruments and Metrology Holding,"
    "987654321012,EUR,Negotiation,2026-10-02\n"
)


def make_sample(home: Home, *, scale: float, days: int | None = None) -> None:
    words = ("--days", str(days)) if days else ()
    home.run("demo", "--no-serve", "--scale", str(scale), *words)


def add_long_names(home: Home) -> None:
    """Add a person of sixty letters with a deal of twelve digits."""
    file = home.path / "long.csv"
    file.write_text(LONG_DEALS, encoding="utf-8")
    home.run("import", str(file), "--kind", "deals")
    file.unlink()


def make_empty(home: Home) -> None:
    """Make an installation with one user who may see all and nothing else."""
    home.run("init", "--company", "Empty", "--zone", "Europe/Berlin", "--currency", "EUR")
    words = ("--email", "olga@empty.example", "--name", "Olga Petrova", "--role", "revenue_operations")
    roles = ("--role", "head_of_sales", "--role", "head_of_marketing", "--role", "executive")
    home.run("user", "create", *words, *roles, "--password-stdin", text=f"{PASSWORD}\n")
