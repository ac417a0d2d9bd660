"""The sample directory: invented centers in real cities, so that the site can be tried without real data."""
