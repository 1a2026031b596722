"""
`python3 manage.py test --mutate`: whether the tests would notice that a guard is gone.

Each guard, filter and decorator of access is taken out in turn, in a copy of the tree or in a database of its own, and
the tests of the routes and verbs that it serves are run. A mutant that no test notices has to be explained in
`explained.toml`, or the run fails.
"""
