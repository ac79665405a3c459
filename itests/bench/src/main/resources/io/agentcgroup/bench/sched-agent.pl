# An agent with short calls beside whatever runs: sched-agent.pl POLICY GROUP CALLS GAP_S LOOPS
# Each call is three processes one after the other in a cgroup of its own. Prints the milliseconds of each.
use strict; use warnings; use Time::HiRes qw(time sleep);
my ($policy, $group, $calls, $gap, $loops) = @ARGV;
$| = 1;
for my $n (1 .. $calls) {
	my $domain = "$group/call-$n";
	mkdir $domain or die "$domain: $!";
	my $start = time;
	my $call = fork // die $!;
	if (!$call) {
		open my $procs, '>', "$domain/cgroup.procs" or die $!;
		syswrite $procs, "0\n"; close $procs;
		# sched_setscheduler(2) on x86_64
		my $none = pack('i', 0);
		$policy == 0 || syscall(144, 0, $policy + 0, $none) == 0 or die "policy $policy: $!";
		for (1 .. 3) {
			my $part = fork // die $!;
			if (!$part) { my $x = 0; $x += $_ for 1 .. $loops; exit 0 }
			waitpid $part, 0;
		}
		exit 0;
	}
	waitpid $call, 0;
	printf "%.3f\n", (time - $start) * 1000;
	rmdir $domain;
	sleep $gap;
}
