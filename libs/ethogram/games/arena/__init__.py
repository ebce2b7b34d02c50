"""The arena: rounds of contributions to a common pot, a book that may be lied to, accusations, hearings, eliminations.

`ledger` is what is kept, `worth` what a contribution is worth, `acts` what may be done, `floor` what a seat sees,
`stage` the turns, `detection` what the arena itself notices, `cases` accusations on their way to the council,
`rounds` how it goes on, `narrator` the story. Who decides a case is the council (`ethogram.council.accusations`).
"""
