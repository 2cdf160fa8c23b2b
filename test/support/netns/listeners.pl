# Listens on ports, prints `ready`, and ends with its standard input.
#
#   perl listeners.pl [never:PORT | accepts:PORT]...
#
# A port that never accepts has room for a few connections; one that accepts keeps the newest ones
# open and says nothing to them. Of perl it needs what perl-base has.
use strict;
use warnings;
use Socket;

# `listen` of a server that is configured badly, and of one that is not.
use constant { BACKLOG_SHORT => 4, BACKLOG => 512 };
use constant OPEN_MAX => 256;

my (@never, %accepting, @open);
for (@ARGV) {
    my ($how, $port) = split /:/;
    my $socket = listener($port, $how eq "never" ? BACKLOG_SHORT : BACKLOG);
    if ($how eq "never") { push @never, $socket }
    else { $accepting{fileno $socket} = $socket }
}
$| = 1;
print "ready\n";

my $watched = "";
vec($watched, $_, 1) = 1 for fileno(STDIN), keys %accepting;
while (1) {
    next if select(my $readable = $watched, undef, undef, undef) < 0;
    for my $number (keys %accepting) {
        next unless vec($readable, $number, 1);
        accept(my $socket, $accepting{$number}) or next;
        push @open, $socket;
        shift @open if @open > OPEN_MAX;
    }
    next unless vec($readable, fileno(STDIN), 1);
    exit 0 unless sysread(STDIN, my $ignored, 4_096);
}

sub listener {
    my ($port, $backlog) = @_;
    socket(my $socket, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
    setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1) or die "reuse: $!";
    bind($socket, pack_sockaddr_in($port, INADDR_ANY)) or die "bind: $!";
    listen($socket, $backlog) or die "listen: $!";
    return $socket;
}
