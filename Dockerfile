# Two stages: a wheel that carries pages and migrations, then a small image that only runs it.
# Where a registry mirror is needed, set it in the build environment (PIP_INDEX_URL, NPM_CONFIG_REGISTRY); none is written here.
ARG PYTHON=3.12-slim-bookworm

FROM python:${PYTHON} AS build
ARG PIP_INDEX_URL
ARG NPM_CONFIG_REGISTRY
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /source
COPY requirements.lock requirements-build.lock ./
RUN python -m venv /opt/dangjian \
 && /opt/dangjian/bin/pip install --no-deps --require-hashes -r requirements.lock \
 && pip install --no-deps --require-hashes -r requirements-build.lock
COPY . .
# The build hook of the wheel makes the pages, with a Node of its own.
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
 && /opt/dangjian/bin/pip install --no-deps /wheels/dangjian-*.whl

FROM python:${PYTHON}
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin dangjian \
 && install -d -o dangjian -g dangjian -m 0750 /data
COPY --from=build /opt/dangjian /opt/dangjian
ENV PATH=/opt/dangjian/bin:$PATH PYTHONUNBUFFERED=1 DANGJIAN_DATA_DIR=/data
USER dangjian
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["sh", "-c", "dangjian migrate && exec dangjian serve"]
