"""Who is told what, and when: the streams behind open pages.

`streams` answers a page, `follower` asks the database for all pages of the process together (`look` is what
it asks), `watched` hands each page what is new, `parts` draws it, and `pages` writes it.
"""
