#!/usr/bin/env perl
# The exact sliding window over an ORDERED log: ten hosts of a site with resets held back in 60 s.
# usage: sliding-window.pl [--list] YEAR FILE    (YEAR: RFC 3164 times have none)
use strict; use warnings; use Time::HiRes qw(time); use Time::Local qw(timegm);
my ($need, $within, $list) = (10, 60, @ARGV && $ARGV[0] eq "--list" && shift);
my ($year, $file) = @ARGV;
my ($began, $lines, $n, %month, %day, %site) = (time, 0, 0);
$month{$_} = $n++ for qw(Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec);
open my $in, "<", $file or die "$file: $!\n";
while (<$in>) {
    $lines++;
    next unless /^(\w{3} [ \d]\d) (\d\d):(\d\d):(\d\d) (([^-]+)-\S+) kernel: Limiting (?:tcp reset|closed port RST|open port RST) response from (\d+) to (\d+) / && $7 > $8;
    my ($host, $s) = ($5, $site{$6} //= { last => {}, queue => [], episodes => [] });
    my $t = ($day{$1} //= timegm(0, 0, 0, substr($1, 4), $month{substr $1, 0, 3}, $year)) + $2 * 3600 + $3 * 60 + $4;
    my ($last, $queue, $episodes) = @$s{qw(last queue episodes)};
    expire($s, $t);
    next if ($last->{$host} // 0) == $t;
    push @$queue, [$t, $host];
    $last->{$host} = $t;
    next if keys %$last < $need;
    # Fewer than $within seconds without the condition do not part two episodes.
    push @$episodes, [$t, 0] if !@$episodes || $episodes->[-1][1] && $t - $episodes->[-1][1] - 1 >= $within;
    $episodes->[-1][1] = 0;    # it holds now, and ends when expire says so
}
expire($_, 9e15) for values %site;
my ($found, $seconds) = (0, time - $began);
$found += @{ $_->{episodes} } for values %site;
printf "episodes %d\nseconds %.3f\nlines_per_second %.0f\n", $found, $seconds, $lines / $seconds;
if ($list) { for my $name (sort keys %site) { print "episode $name @$_\n" for @{ $site{$name}{episodes} } } }

sub expire {    # hosts whose last line is $within old no longer count
    my ($s, $t) = @_;
    my ($last, $queue) = @$s{qw(last queue)};
    while (@$queue && $queue->[0][0] <= $t - $within) {
        my ($then, $host) = @{ shift @$queue };
        next if $last->{$host} != $then;
        my $held = keys %$last >= $need;
        delete $last->{$host};
        $s->{episodes}[-1][1] = $then + $within - 1 if $held && keys %$last < $need;
    }
}
