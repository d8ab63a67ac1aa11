# Regulars in a container: built with Node and pip, run by a user who owns nothing but its data.
#   docker build -t regulars . && docker run -p 8000:8000 -v regulars:/var/lib/regulars regulars
# docker-compose.yml has the rest: PostgreSQL, several workers, certificates.

FROM node:22-bookworm-slim AS node

FROM python:3.12-slim-bookworm AS build
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && python -m venv /opt/regulars
WORKDIR /src
COPY requirements/run.txt requirements/run.txt
RUN /opt/regulars/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY pyproject.toml hatch_build.py README.md ./
COPY frontend frontend
COPY pos_adapters pos_adapters
COPY loyalty loyalty
# builds the screens, and carries them in the package
RUN /opt/regulars/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/regulars regulars
COPY --from=build /opt/regulars /opt/regulars
ENV PATH=/opt/regulars/bin:$PATH \
    LOYALTY_HOST=0.0.0.0 \
    LOYALTY_DATABASE=sqlite:////var/lib/regulars/loyalty.db
USER regulars
WORKDIR /var/lib/regulars
VOLUME /var/lib/regulars
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["loyalty", "serve"]
