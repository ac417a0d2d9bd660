"""Spanish as it is written in the United States: 6 p.m. and $1,250, not 18:00 and $1.250."""

TIME_FORMAT = "P"
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
