"""What one file makes a site's own: name, colors, region, crisis lines, levels, languages and footer."""

from iopfinder.brand.reading import Loaded, load, refuse
from iopfinder.brand.shape import HOUSE, Brand, Problem

__all__ = ["HOUSE", "Brand", "Loaded", "Problem", "load", "refuse"]
