# Tongban in a container: one command, one unprivileged user, nothing secret in the image.
#
#   docker build --tag tongban:local .
#   docker run --volume hefei:/var/lib/tongban --volume secrets:/run/tongban:ro \
#     --env TONGBAN_PASSPHRASE_FILE=/run/tongban/hefei tongban:local node run
#
# The home (/var/lib/tongban, or TONGBAN_HOME) and the secrets are volumes; both belong to user 10001.

FROM python:3.12-slim AS build
WORKDIR /build
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY src src
COPY domain domain
COPY contracts contracts
COPY ledger ledger
COPY desk desk
COPY projections projections
COPY adapters adapters
# setuptools comes first and pinned, so that the build uses it too instead of fetching the newest.
RUN python -m venv /opt/tongban \
    && /opt/tongban/bin/pip install --no-cache-dir --constraint constraints.txt setuptools \
    && /opt/tongban/bin/pip install --no-cache-dir --constraint constraints.txt --no-build-isolation .

FROM python:3.12-slim
RUN groupadd --gid 10001 tongban \
    && useradd --uid 10001 --gid 10001 --home-dir /var/lib/tongban --no-create-home --shell /usr/sbin/nologin tongban \
    && install --directory --mode 0700 --owner tongban --group tongban /var/lib/tongban /run/tongban
COPY --from=build /opt/tongban /opt/tongban
ENV PATH=/opt/tongban/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TONGBAN_HOME=/var/lib/tongban
USER 10001:10001
WORKDIR /var/lib/tongban
HEALTHCHECK --interval=15s --timeout=10s --retries=3 --start-period=60s CMD ["tongban", "node", "status"]
ENTRYPOINT ["tongban"]
CMD ["node", "run"]
