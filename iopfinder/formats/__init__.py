"""How dates, times and numbers are written where Django's own habit for a language does not fit here."""
