"""What is asked for in every measurement."""

SEARCH = "place=85004&radius=25&level=iop&pay=pay_medicaid"
"""Programs of one level within 25 miles of a ZIP code, with a wish."""
SEARCH_URL = f"/programs/?{SEARCH}"
