#!/usr/bin/env bash
# Fetches rsyslog and syslog-ng with their Kafka outputs from Debian for the tests that ship with
# the real daemons. Needs apt-get and dpkg-deb, no root, and package lists (`apt-get update`).
# Unpacks them outside the checkout: Debian installs only one of the two, and would start it.
# SHIPPERS names another place.
set -euo pipefail

folder=${SHIPPERS:-$HOME/.cache/tidegauge/shippers}
if [[ -x $folder/usr/sbin/rsyslogd && -x $folder/usr/sbin/syslog-ng ]]; then
  echo "$folder is there"
  exit 0
fi
part=$folder.part
rm -rf "$part"
mkdir -p "$part/debs"

# The packages, and what they depend on that this machine lacks.
for packages in "rsyslog rsyslog-kafka" "syslog-ng-core syslog-ng-mod-rdkafka"; do
  read -ra names <<<"$packages"
  mapfile -t lacking < <(
    apt-get install --simulate --no-install-recommends -o Debug::NoLocking=1 "${names[@]}" |
      awk '$1 == "Inst" { print $2 }'
  )
  mapfile -t wanted < <(printf '%s\n' "${names[@]}" "${lacking[@]}" | sort -u)
  (cd "$part/debs" && apt-get download -qq "${wanted[@]}")
done
for deb in "$part"/debs/*.deb; do dpkg-deb --extract "$deb" "$part"; done
rm -rf "$part/debs" "$folder"
mv "$part" "$folder"
echo "$folder: $("$folder/usr/sbin/rsyslogd" -v 2>/dev/null | head -n 1 || true)"
