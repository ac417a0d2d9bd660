"""The house's promises as system checks. `manage.py check` and `check --deploy` read them."""
