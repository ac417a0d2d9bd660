"""Two centers that are one place: found (`scoring`, `blocks`, `finding`), merged, parted again."""
