#!/bin/sh
# Installs tidegauge-sampler as a service: systemd, FreeBSD's rc.d, else cron. Run it again to change
# its settings.
set -eu

usage() {
  cat <<'USAGE'
usage: install.sh [--to syslog|udp://HOST:PORT] [--interval SECONDS] [--host NAME]
                  [--service systemd|rc|cron] [--root DIR]
       install.sh --uninstall [--service systemd|rc|cron] [--root DIR]

  --to        where samples go; default syslog, so they take the way of the host's other lines
  --interval  seconds between two samples; default 1, with cron 10
  --host      what this host is called; default: its own name
  --service   default: what this system has
  --root      into this folder, and nothing is started: for images and packages
USAGE
}

fail() {
  echo "install.sh: $1" >&2
  exit "${2:-2}"
}

TO=syslog INTERVAL='' HOST='' SERVICE='' ROOT='' UNINSTALL=no
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) usage && exit 0 ;;
    --uninstall) UNINSTALL=yes && shift && continue ;;
    --to | --interval | --host | --service | --root) [ $# -ge 2 ] || fail "$1 takes a value" ;;
    *) usage >&2 && exit 2 ;;
  esac
  case $1 in
    --to) TO=$2 ;;
    --interval) INTERVAL=$2 ;;
    --host) HOST=$2 ;;
    --service) SERVICE=$2 ;;
    --root) ROOT=$2 ;;
  esac
  shift 2
done

if [ -z "$SERVICE" ]; then
  if [ "$(uname -s)" = FreeBSD ]; then
    SERVICE=rc
  elif [ -d /run/systemd/system ]; then
    SERVICE=systemd
  else
    SERVICE=cron
  fi
fi
PROGRAM=/usr/local/sbin/tidegauge-sampler
SETTINGS=/usr/local/etc/tidegauge-sampler.conf
UNIT=/etc/systemd/system/tidegauge-sampler.service
RC=/usr/local/etc/rc.d/tidegauge_sampler
CRON=/etc/cron.d/tidegauge-sampler
# Of busybox, which knows no cron.d.
CRONTAB=/etc/crontabs/root
[ -n "$ROOT" ] || [ "$(id -u)" -eq 0 ] || fail "only root can install a service" 77
case $TO in
  udp://*) tool='nc' ;;
  *) tool='logger' ;;
esac
[ -n "$ROOT" ] || [ "$UNINSTALL" = yes ] || command -v "$tool" >/dev/null ||
  fail "$tool is not installed, and samples go through it" 69
here=$(cd "$(dirname "$0")" && pwd)

stop_service() {
  [ -z "$ROOT" ] || return 0
  case $SERVICE in
    systemd) systemctl disable --now --quiet tidegauge-sampler.service 2>/dev/null || true ;;
    rc)
      service tidegauge_sampler onestop >/dev/null 2>&1 || true
      sysrc -x tidegauge_sampler_enable >/dev/null 2>&1 || true
      ;;
  esac
}

start_service() {
  [ -z "$ROOT" ] || return 0
  case $SERVICE in
    systemd)
      systemctl daemon-reload
      systemctl enable --quiet tidegauge-sampler.service
      systemctl restart tidegauge-sampler.service
      ;;
    rc)
      sysrc tidegauge_sampler_enable=YES >/dev/null
      service tidegauge_sampler restart
      ;;
  esac
}

leave_crontab() {
  [ -f "$ROOT$CRONTAB" ] || return 0
  grep -v "$PROGRAM" "$ROOT$CRONTAB" | put "$CRONTAB" 600
}

# A file of ours, whole or not at all.
put() {
  mkdir -p "$ROOT$(dirname "$1")"
  cat >"$ROOT$1.new"
  chmod "$2" "$ROOT$1.new"
  mv "$ROOT$1.new" "$ROOT$1"
}

if [ "$UNINSTALL" = yes ]; then
  stop_service
  rm -f "$ROOT$PROGRAM" "$ROOT$SETTINGS" "$ROOT$UNIT" "$ROOT$RC" "$ROOT$CRON"
  leave_crontab
  [ -n "$ROOT" ] || [ "$SERVICE" != systemd ] || systemctl daemon-reload
  echo "tidegauge-sampler is gone"
  exit 0
fi

# With cron each run lasts a minute, and every second in it is a process: a slower pace.
if [ -z "$INTERVAL" ]; then
  [ "$SERVICE" = cron ] && INTERVAL=10 || INTERVAL=1
fi
put "$PROGRAM" 755 <"$here/tidegauge-sampler"
put "$SETTINGS" 644 <<SETTINGS
# Written by install.sh; tidegauge-sampler --help says what the names mean.
TO=$TO
INTERVAL=$INTERVAL
${HOST:+HOST=$HOST}
SETTINGS
# It says what is wrong with the settings before a service fails by them.
"$here/tidegauge-sampler" --config "$ROOT$SETTINGS" --check || fail "nothing is started" 78

case $SERVICE in
  systemd)
    put "$UNIT" 644 <<UNIT
[Unit]
Description=Samples of the kernel's TCP counters for tidegauge
After=network.target

[Service]
ExecStart=$PROGRAM --config $SETTINGS
Restart=always
RestartSec=10
RestartPreventExitStatus=78
DynamicUser=yes
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
MemoryMax=32M
TasksMax=16
Nice=5

[Install]
WantedBy=multi-user.target
UNIT
    ;;
  rc)
    put "$RC" 755 <<RC
#!/bin/sh
#
# PROVIDE: tidegauge_sampler
# REQUIRE: NETWORKING syslogd
# KEYWORD: shutdown

. /etc/rc.subr

name=tidegauge_sampler
rcvar=tidegauge_sampler_enable
load_rc_config \$name
: \${tidegauge_sampler_enable:=NO}
pidfile=/var/run/\$name.pid
command=/usr/sbin/daemon
command_args="-r -R 10 -f -P \$pidfile -u nobody $PROGRAM --config $SETTINGS"
run_rc_command "\$1"
RC
    ;;
  cron)
    run="$PROGRAM --config $SETTINGS --seconds 59"
    if [ -f "$ROOT$CRONTAB" ]; then
      leave_crontab
      echo "* * * * * $run" >>"$ROOT$CRONTAB"
    else
      echo "* * * * * nobody $run" | put "$CRON" 644
    fi
    ;;
  *) fail "$SERVICE is none of systemd, rc, cron" ;;
esac
start_service
echo "tidegauge-sampler samples every $INTERVAL s to $TO ($SERVICE)"
