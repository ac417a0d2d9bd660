"""The directory for other systems: Open Referral's HSDS 3.0, and the same search as the page, as JSON."""
