# Sends so many packets a second to each target and prints `started` with the first of them.
#
#   perl packet-source.pl KIND PORT PER_SECOND SECONDS TARGET...
#
# KIND is syn, ack, rst, syn-rst (a SYN and the RST that takes it back), udp, or connect. That opens
# connections with the kernel of this host and resets those that came about; all others have sources
# of the benchmarking network (RFC 2544), of which nobody answers. Of perl it needs what perl-base
# has.
use strict;
use warnings;
use Errno qw(EINPROGRESS);
use List::Util qw(max min);
use POSIX ();
use Socket qw(:DEFAULT SOCK_NONBLOCK);

use constant { SYN => 0x02, RST => 0x04, ACK => 0x10 };
# Protocol numbers of IP.
use constant { TCP => 6, UDP => 17, RAW => 255 };
use constant TURN_SECONDS => 0.01;
# Connections that are open at a time, of all targets together.
use constant OPEN_MAX => 64;

my %SEGMENTS = (syn => [SYN], ack => [ACK], rst => [RST], "syn-rst" => [SYN, RST]);

my ($kind, $port, $per_second, $seconds, @targets) = @ARGV;
my @addresses = map { inet_aton($_) } @targets;
my $send = $kind eq "connect" ? connector() : raw_sender($kind);
my $ticks_per_second = POSIX::sysconf(POSIX::_SC_CLK_TCK());
my $count = $per_second * $seconds;
my $first_tick = (POSIX::times())[0];
$| = 1;

for (my $sent = 0; $sent < $count;) {
    my $passed = ((POSIX::times())[0] - $first_tick) / $ticks_per_second;
    my $due = min(int(($passed + TURN_SECONDS) * $per_second), $count);
    # Held up, it does not catch up: it never sends more than its rate, and takes longer.
    my $missed = max(0, $due - $sent - int(2 * TURN_SECONDS * $per_second));
    $first_tick += $missed / $per_second * $ticks_per_second;
    for (my $last = $due - $missed; $sent < $last; $sent++) {
        $send->($_, $sent) for @addresses;
        print "started\n" if $sent == 0;
    }
    select(undef, undef, undef, TURN_SECONDS);
}

sub raw_sender {
    my ($kind) = @_;
    my $flags_in_turn = $SEGMENTS{$kind};
    die "no kind $kind" unless $flags_in_turn || $kind eq "udp";
    # The IP header is ours, its checksum and id are the kernel's.
    socket(my $socket, PF_INET, SOCK_RAW, RAW) or die "socket: $!";
    my $send = sub {
        my ($protocol, $source, $target, $body) = @_;
        my @sizes = (0x45, 0, 20 + length($body), 0, 0, 64, $protocol, 0);
        my $packet = pack("CCnnnCCna4a4", @sizes, $source, $target) . $body;
        send($socket, $packet, 0, pack_sockaddr_in(0, $target)) or die "send: $!";
    };
    return sub {
        my ($target, $at) = @_;
        my $source = pack("CCn", 198, 18, $at & 0xffff);
        my $source_port = 1_024 + ($at * 7) % 60_000;
        # A UDP checksum of 0 is none.
        return $send->(UDP, $source, $target, pack("nnnn", $source_port, $port, 8, 0))
            if $kind eq "udp";
        my $sequence = int(rand(0xffff_0000));
        $send->(TCP, $source, $target, segment($source, $target, $source_port, $sequence++, $_))
            for @$flags_in_turn;
    };
}

# A TCP header without options and data, with the checksum over it and the pseudo header (RFC 9293
# section 3.1).
sub segment {
    my ($source, $target, $source_port, $sequence, $flags) = @_;
    my $acknowledged = $flags & ACK ? int(rand(0xffff_ffff)) : 0;
    my @head = ($source_port, $port, $sequence, $acknowledged, 0x50, $flags, 65_535);
    my $bare = pack("nnNNCCnnn", @head, 0, 0);
    my $sum = unpack("%32n*", $source . $target . pack("nn", TCP, length($bare)) . $bare);
    $sum = ($sum & 0xffff) + ($sum >> 16) while $sum >> 16;
    return pack("nnNNCCnnn", @head, ~$sum & 0xffff, 0);
}

sub connector {
    my @open;
    return sub {
        my ($target) = @_;
        socket(my $socket, PF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0) or die "socket: $!";
        # Closed with a RST, so that no port waits a minute for its next use.
        setsockopt($socket, SOL_SOCKET, SO_LINGER, pack("ii", 1, 0)) or die "linger: $!";
        my $place = pack_sockaddr_in($port, $target);
        connect($socket, $place) or $! == EINPROGRESS or die "connect: $!";
        push @open, $socket;
        shift @open if @open > OPEN_MAX;
    };
}
