"""A stateful GitHub on 127.0.0.1 and an emulated runner, for tests and for the demo.

`server.StandIn` is the GitHub, `gitrepo` builds the repositories it serves, `runner` plays GitHub Actions. Requests and
answers are held against GitHub's own descriptions in `vendor/`. Nothing of the product is imported here.
"""
