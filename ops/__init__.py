"""What an operator runs beside the site: backups, rehearsals of what can go wrong, and load."""
