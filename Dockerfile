# A static binary and nothing else: docker build -t fwproof . && docker run --rm -v "$PWD:/work:ro" fwproof check /work/rules
FROM rust:1.95-alpine AS build
RUN apk add --no-cache musl-dev gcc
WORKDIR /source
COPY . .
RUN cargo build --locked --profile dist && cp target/dist/fwproof /fwproof

FROM scratch
COPY --from=build /fwproof /fwproof
WORKDIR /work
USER 65534:65534
ENTRYPOINT ["/fwproof"]
