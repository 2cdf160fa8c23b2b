#!/usr/bin/env perl
# The exact sliding window over an ORDERED log: ten hosts of a site with resets held back in 60 s.
# usage: sliding-window.pl [--list] YEAR FILE    (YEAR: RFC 3164 times have none)
use strict; use warnings; use Time::HiRes qw(time); use Time::Local qw(timegm);

my ($need, $within, $list) = (10, 60, @ARGV && $ARGV[0] eq "--list" && shift);
my ($year, $file) = @ARGV;
my ($began, $lines, $stamp, $t, %site) = (time, 0, "", 0);
my %month; @month{qw(Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec)} = 0 .. 11;
my $limit = qr/(?:tcp reset|closed port RST|open port RST) response from (\d+) to (\d+) /;

open my $in, "<", $file or die "$file: $!\n";
while (<$in>) {
    $lines++;
    next unless /^(.{15}) (([^-]+)-\S+) kernel: Limiting $limit/ && $4 > $5;
    my ($host, $s) = ($2, $site{$3} //= { last => {}, queue => [], episodes => [] });
    ($stamp, $t) = ($1, seconds($1)) if $1 ne $stamp;
    my ($last, $queue, $episodes) = @$s{qw(last queue episodes)};
    expire($s, $t);
    next if ($last->{$host} // 0) == $t;
    push @$queue, [$t, $host];
    $last->{$host} = $t;
    next if keys %$last < $need;
    # Fewer than $within seconds without the condition do not part two episodes.
    my $end = @$episodes ? $episodes->[-1][1] : -$within;
    push @$episodes, [$t] if defined $end && $t - $end > $within;
    $episodes->[-1][1] = undef;    # it holds now, and ends when expire says so
}
expire($_, 9e15) for values %site;
my ($found, $seconds, $cpu) = (0, time - $began, (times)[0] + (times)[1]);
$found += @{ $_->{episodes} } for values %site;
printf "episodes %d\nseconds %.3f\ncpu_seconds %.3f\n", $found, $seconds, $cpu;
printf "lines_per_second %d\n", $lines / $seconds;
exit unless $list;
for my $name (sort keys %site) { print "episode $name @$_\n" for @{ $site{$name}{episodes} } }

sub expire {    # hosts whose last line is $within old no longer count
    my ($s, $t) = @_;
    my ($last, $queue) = @$s{qw(last queue)};
    while (@$queue && $queue->[0][0] <= $t - $within) {
        my ($then, $host) = @{ shift @$queue };
        next if $last->{$host} != $then;
        $s->{episodes}[-1][1] = $then + $within - 1 if keys %$last == $need;
        delete $last->{$host};
    }
}

sub seconds {
    my ($month, $day, $h, $m, $s) = $_[0] =~ /^(\w{3}) ([ \d]\d) (\d\d):(\d\d):(\d\d)$/;
    return timegm($s, $m, $h, $day, $month{$month}, $year);
}
