# A fork bomb with a bound, so that a host without a limit survives it too: `spread.pl PROCESSES SECONDS`.
#
# Says "spread" when it can start no more or has started all, and takes every free place for SECONDS more; then all end.
use strict;
use warnings;
use Time::HiRes qw(time sleep);

use constant RETRY_SECONDS => 0.02;

my ($bound, $seconds) = @ARGV;
my ($refused, $end, @children) = (0);
$| = 1;
while (!defined $end || time < $end) {
	if (@children < $bound) {
		my $child = fork;
		if (defined $child && !$child) {
			sleep while 1;
		}
		defined $child ? push @children, $child : ($refused = 1);
	}
	my $full = $refused || @children == $bound;
	if ($full && !defined $end) {
		print "spread\n";
		$end = time + $seconds;
	}
	sleep RETRY_SECONDS if $full;
}
kill 'TERM', @children;
die "could not start more than " . @children . " of $bound processes\n" if $refused;
