"""How a center speaks for itself: links by mail, reminders, what it confirms, what it wants corrected."""
