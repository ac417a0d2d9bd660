"""Outlines of states and counties: from the Census to the file shipped here, from that file to a drawing.

`shapefile`, `topology` and `build` make `programs/data/outlines.zip` (`manage.py build_outlines`); the site
itself needs only `table`, which reads it, and `drawing`, which clips and projects. All pure.
"""
