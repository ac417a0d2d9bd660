"""Imports in the browser: files wait in the database, are read in short steps, shown, then applied at once.

`sent` takes files in; `kinds` knows how each kind of file is read in parts; `work` goes step by step;
`stored` keeps rows between steps; `applying` writes; `bad_rows` hands back what was refused; `documents`
writes a mapping as the TOML that `programs.importing.mapping` reads; `preview` says what would change.
"""
