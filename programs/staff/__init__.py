"""Who may do what to which part of the directory. `roles` is the table, `access` applies it."""
