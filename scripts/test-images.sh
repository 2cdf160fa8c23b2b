#!/usr/bin/env bash
# Makes the two images that the Dockerfile and docker-compose.yml start from, out of what is on this
# machine: for tests where no registry can be reached, or nothing is to be pulled.
#   tidegauge-test/node:24       node of node_modules, npm of this machine, a static busybox
#   tidegauge-test/kafka:4.3.1   the jars of scripts/kafka-jars.sh, Java and bash of this machine
# Needs Docker, `npm ci`, Java, Debian's apt-get and dpkg-deb. What they lack: every other tool of a
# distribution, and its updates. Not for use.
set -euo pipefail

kafka_version=4.3.1
jars=${KAFKA_JARS:-$HOME/.cache/tidegauge/kafka-$kafka_version}/libs
checkout=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fetch_busybox() {
  (cd "$work" && apt-get download -qq busybox-static && dpkg-deb --extract busybox-static_*.deb deb)
  busybox=$work/deb/bin/busybox
}

# A root folder with busybox for every tool that it knows.
make_root() {
  local root=$1 tool
  mkdir -p "$root"/{bin,usr/bin,etc/ssl/certs,tmp,proc,sys,dev}
  chmod 1777 "$root/tmp"
  for tool in $("$busybox" --list); do ln -s busybox "$root/bin/$tool"; done
  # In place of the link to itself.
  cp --remove-destination "$busybox" "$root/bin/busybox"
  ln -s /bin/env "$root/usr/bin/env"
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
  printf '%s\n' root:x:0:0::/:/bin/sh "$2:x:1000:1000::/tmp:/bin/sh" >"$root/etc/passwd"
  printf '%s\n' root:x:0: "$2:x:1000:" >"$root/etc/group"
}

# Programs with the shared objects that they load, at the same places.
copy_with_libraries() {
  local root=$1 file library
  shift
  for file in "$@"; do
    ldd "$file" 2>/dev/null | grep -o '/[^ ]*' || true
  done | sort -u >"$work/libraries"
  while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -Lf "$library" "$root$library"
  done <"$work/libraries"
}

make_node() {
  local root=$work/node node=$checkout/node_modules/node/bin/node npm
  make_root "$root" node
  npm=$(npm root --global)/npm
  mkdir -p "$root/usr/local"/{bin,lib/node_modules}
  cp -L "$node" "$root/usr/local/bin/node"
  cp -RL "$npm" "$root/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  copy_with_libraries "$root" "$node"
  tar -C "$root" -c . | docker import \
    -c 'ENV PATH=/usr/local/bin:/bin:/usr/bin' \
    -c 'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt' \
    - tidegauge-test/node:24
}

make_kafka() {
  local root=$work/kafka java libc
  java=$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")
  make_root "$root" appuser
  mkdir -p "$root"/{jre,opt/kafka/{bin,libs,config},etc/kafka/docker,mnt/shared/config}
  mkdir -p "$root/var/lib/kafka/data"
  # Links of Debian lead out of the folder, and that to the sources leads nowhere.
  tar -C "$java" -ch --exclude=src.zip bin conf lib | tar -C "$root/jre" -x
  ln -s /jre/bin/java "$root/bin/java"
  cp "$jars"/*.jar "$root/opt/kafka/libs/"
  cp --remove-destination /bin/bash "$root/bin/bash"
  copy_with_libraries "$root" /bin/bash "$java"/bin/java "$java"/lib/*.so "$java"/lib/server/*.so
  # What the libraries inside of jars load (zstd, snappy).
  libc=$(dirname "$(ldd /bin/bash | grep -o '/[^ ]*/libc\.so[^ ]*')")
  cp -Lf "$libc"/lib{pthread.so.0,dl.so.2,rt.so.1,m.so.6} "$root$libc/"
  kafka_files "$root"
  chown -R 1000:1000 "$root"/{opt/kafka,mnt/shared,etc/kafka,var/lib/kafka}
  tar -C "$root" -c . | docker import \
    -c 'ENV PATH=/bin:/usr/bin:/opt/kafka/bin' -c 'USER appuser' -c 'EXPOSE 9092' \
    -c 'CMD ["/etc/kafka/docker/run"]' \
    - "tidegauge-test/kafka:$kafka_version"
}

# What the official image has beside Kafka: its class KafkaDockerWrapper turns KAFKA_* into
# properties, on top of these.
kafka_files() {
  local docker=$1/etc/kafka/docker
  cat >"$docker/server.properties" <<'PROPERTIES'
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@localhost:9093
listeners=PLAINTEXT://:9092,CONTROLLER://:9093
advertised.listeners=PLAINTEXT://localhost:9092
controller.listener.names=CONTROLLER
log.dirs=/tmp/kafka
PROPERTIES
  cat >"$docker/log4j2.yaml" <<'LOG'
Configuration:
  Appenders:
    Console: { name: STDOUT, PatternLayout: { pattern: "[%d] %p %m (%c)%n" } }
  Loggers:
    Root: { level: INFO, AppenderRef: [{ ref: STDOUT }] }
LOG
  cp "$docker/log4j2.yaml" "$docker/tools-log4j2.yaml"
  cat >"$docker/run" <<'RUN'
#!/bin/bash
set -e
export CLUSTER_ID=${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}
config=/opt/kafka/config
java -Xmx128m -XX:TieredStopAtLevel=1 -cp '/opt/kafka/libs/*' \
  kafka.docker.KafkaDockerWrapper setup -D /etc/kafka/docker -M /mnt/shared/config -F $config
exec java ${KAFKA_HEAP_OPTS:--Xmx512m} -XX:+UseSerialGC \
  -Dlog4j2.configurationFile=$config/log4j2.yaml -cp '/opt/kafka/libs/*' \
  kafka.Kafka $config/server.properties
RUN
  chmod 755 "$docker/run"
}

fetch_busybox
make_node
make_kafka
