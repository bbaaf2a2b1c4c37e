"""A stateful GitHub on 127.0.0.1 and an emulated runner, for tests and for the demo.

- `fixtures`: `gh` (a `StandIn` that fails its test on any violation) and `git_repository` (a real git repository)
- `gitrepo`: build commits, `open_pull`, `push`, `force_push`, `push_base`
- `server.StandIn`: addresses, tokens, rights, limits, faults, the log of requests; `gh.world` is all state
- `events` and `runner.run_action`: run an entrypoint as a Docker action is run, and read what it left
- `vendor`: GitHub's own descriptions, which every request and answer is held against

Nothing of the product is imported here.
"""
