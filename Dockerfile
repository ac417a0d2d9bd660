# The site as an image: everything is installed, compiled and collected while it is built, so that it runs as an
# account that may write nowhere but in /tmp. No secret is needed to build it, and none is in it.
# docker build --tag iopfinder . ; compose.yaml runs it with all it needs. CI runs these very lines without Docker.

FROM python:3.13-slim-bookworm AS build
WORKDIR /srv/iopfinder
COPY requirements/base.txt requirements/base.txt
COPY bin/install bin/find-python bin/
RUN bin/install base
COPY . .
# Colors of one's own are part of the stylesheet: docs/white-label.md. A path in the folder brand/, or nothing.
ARG BRAND_FILE=""
ENV BRAND_FILE=$BRAND_FILE
# With settings that make up a key for this one line and keep it nowhere.
RUN .venv/bin/python manage.py compile_catalogs --settings ops.container.building \
    && .venv/bin/python manage.py collectstatic --no-input --verbosity 0 --settings ops.container.building \
    && .venv/bin/python -m compileall -q assessment bin iopfinder ops programs

FROM python:3.13-slim-bookworm
WORKDIR /srv/iopfinder
# Owned by root: the account that serves reads and runs it, and changes nothing.
COPY --from=build /srv/iopfinder /srv/iopfinder
ARG BRAND_FILE=""
ENV BRAND_FILE=$BRAND_FILE \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    WEB_CONCURRENCY=3 \
    HOME=/tmp
# What the proxy shows while no process of the site answers; `migrate` fills it, in a volume that the proxy reads.
RUN install -d -o 10001 -g 10001 waiting
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD [".venv/bin/python", "ops/container/healthy.py"]
# It takes the proxy's word for the address of a visitor: nothing else may reach this port.
CMD [".venv/bin/gunicorn", "iopfinder.wsgi", "--bind", "0.0.0.0:8000", "--threads", "4", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--log-level", "critical"]
