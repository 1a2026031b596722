"""
`python3 manage.py test --mutate`: whether the tests would notice that a guard is gone.

Each guard, filter and decorator of access is taken out of the program in turn, and each rule out of PostgreSQL, and the
tests of the routes and verbs that it serves are run: in a pytest that has collected them and waits (waiting.py), or,
where the mutant is what a module does at import, in one that begins anew (ready.py). Rules of tables are tried in one
world first (tests/matrix/without_rules.py). A mutant that no test notices has to be explained in `explained.toml`, or
the run fails.
"""
