"""The region of a place that is stated as a postcode.

Only areas that lie in one region but for a few addresses are listed. Of an area on a border, and
of a place that is a name, no region is guessed: an advert may state its own.
"""

import polars as pl

AREAS: dict[str, str] = {
    "East Midlands": "LE LN NG NN",
    "East of England": "AL CB CM CO IP LU NR SG SS",
    "London": "E EC HA N NW SE SW UB W WC",
    "North East": "DH NE SR",
    "North West": "BB BL CA CW FY L LA M OL PR WA WN",
    "South East": "BN CT GU ME OX PO RG RH SL SO TN",
    "South West": "BA BH BS DT EX GL PL SN TA TQ TR",
    "West Midlands": "B CV DY ST TF WR WS WV",
    "Yorkshire and The Humber": "BD HD HG HU HX LS WF YO",
    "Wales": "CF LL NP SA",
    "Scotland": "AB DD DG EH FK G HS IV KA KW KY ML PA PH ZE",
    "Northern Ireland": "BT",
}
"""The letters with which the postcodes of each region and nation begin."""

_OF = {area: region for region, areas in AREAS.items() for area in areas.split()}
_POSTCODE = r"^([A-Z]{1,2})[0-9][0-9A-Z]?(?: ?[0-9][A-Z]{2})?$"


def region_of(place: pl.Expr, stated: pl.Expr) -> pl.Expr:
    """Return the region stated, or else that of a place that is a postcode; null where none is."""
    area = place.str.strip_chars().str.to_uppercase().str.extract(_POSTCODE)
    found = area.replace_strict(_OF, default=None, return_dtype=pl.String)
    return pl.coalesce(stated, found)
