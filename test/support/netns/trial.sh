#!/bin/sh
# Does everything once that a test network does to the system; fails where that is not permitted.
#   unshare --net sh test/support/netns/trial.sh
set -e
ip link add probe0 type veth peer name probe1
ip link add probe2 type bridge
echo 1 >/proc/sys/net/ipv4/tcp_syncookies
perl -MSocket -e 'socket(my $raw, PF_INET, SOCK_RAW, 255) or die "raw socket: $!\n"'
