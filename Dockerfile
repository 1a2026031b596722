# The application: web, worker, clock and preparation are this image with different commands.
FROM python:3.13-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin lantern \
    && install -d -o lantern -g lantern -m 0700 /var/lib/lantern

WORKDIR /srv/lantern
# Only what the product runs on: neither the embedded servers nor the tests' tools.
COPY requirements.txt ./
RUN python -m pip install --disable-pip-version-check --root-user-action ignore --require-hashes \
    --only-binary :all: -r requirements.txt

COPY manage.py ./
COPY csec csec
COPY protocols protocols
COPY cases cases
COPY district district
COPY drills drills
COPY templates templates
COPY static static
COPY locale locale
RUN python -m compileall -q csec protocols cases district drills

USER lantern
EXPOSE 8000
