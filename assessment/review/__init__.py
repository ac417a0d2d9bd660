"""What a clinician reads before signing: the whole protocol as a sheet and a picture, from its files."""
