# One image for web, live streams, worker, beat and migrations: docker-compose.yml says which it is.

FROM python:3.13-slim AS build

WORKDIR /foyer
COPY requirements/base.txt requirements/base.txt
RUN python -m venv /venv \
 && /venv/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check \
      --require-hashes --only-binary :all: -r requirements/base.txt \
 && /venv/bin/python -m pip uninstall --quiet --yes pip

COPY . .
# Compiled and collected here, because nothing can be written where it runs.
RUN VAR_DIR=/tmp/var STATIC_ROOT=/foyer/collected /venv/bin/python manage.py collectstatic --noinput \
 && /venv/bin/python -m compileall -q /foyer /venv/lib


FROM python:3.13-slim

# The folder's owner is the owner of a volume that is first mounted there.
RUN python -m pip uninstall --quiet --yes pip --root-user-action ignore \
 && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin foyer \
 && install --directory --owner foyer --group foyer --mode 0700 /var/lib/foyer

COPY --from=build /venv /venv
COPY --from=build /foyer /foyer

ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    STATIC_ROOT=/foyer/collected \
    VAR_DIR=/var/lib/foyer

WORKDIR /foyer
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM

HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-I", "config/healthy.py", "127.0.0.1:8000"]

CMD ["uvicorn", "config.asgi:application", "--http", "config.patience:Protocol", \
     "--host", "0.0.0.0", "--port", "8000", "--no-access-log", "--no-server-header", \
     "--log-level", "warning", "--timeout-graceful-shutdown", "10"]
