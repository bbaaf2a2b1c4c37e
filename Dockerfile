# The action's image. Everything comes as a wheel with a locked hash; nothing is compiled from C, fetched at run time or
# installed by apt. No git: objects are read by dulwich, so that no program of ours starts on the tree under scan.
#
# A release builds with --build-arg BASE_IMAGE=python:3.13-slim@sha256:... (see .github/workflows/release.yml).
ARG BASE_IMAGE=python:3.13-slim

FROM ${BASE_IMAGE} AS build
RUN python -m venv --without-pip /opt/venv && python -m venv --without-pip /opt/build

# Dependencies first: this layer is made again only when a lock changes.
COPY requirements.lock requirements-build.lock /src/
RUN python -m pip --python /opt/venv/bin/python install --no-cache-dir --no-compile --require-hashes \
        --only-binary :all: -r /src/requirements.lock \
    && python -m pip --python /opt/build/bin/python install --no-cache-dir --require-hashes \
        --only-binary :all: -r /src/requirements-build.lock

# Our own package, as a wheel like the others. A container is new at each run, so byte code that is not in the image would be
# compiled at each run, which doubles the start; the same holds for the database of all rules' patterns. What no run reads is
# left out of the image: shrink_venv.py says what, and why.
COPY pyproject.toml README.md LICENSE NOTICE /src/
COPY licenses /src/licenses
COPY sentinel /src/sentinel
COPY scripts/shrink_venv.py /src/scripts/
RUN python -m pip --python /opt/build/bin/python wheel --no-cache-dir --no-deps --no-build-isolation -w /opt/wheel /src \
    && python -m pip --python /opt/venv/bin/python install --no-cache-dir --no-compile --no-deps --no-index /opt/wheel/*.whl \
    && python -I /src/scripts/shrink_venv.py /opt/venv \
    && /opt/venv/bin/python -I -m sentinel.engine.prefilter --compile /opt/venv/share/sentinel/patterns.hsdb

FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="MCP Sentinel" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/venv /opt/venv
COPY entrypoint.py /opt/app/entrypoint.py

# Root, because the runner's workspace and command files belong to another user: a USER could not write the outputs.
# -I keeps the working folder, which is the hostile workspace, off the import path; -B writes no byte code. By path and
# without a shell: `sh` drops variables with a hyphen, such as INPUT_FAIL-ON.
ENTRYPOINT ["/opt/venv/bin/python", "-I", "-B", "/opt/app/entrypoint.py"]
