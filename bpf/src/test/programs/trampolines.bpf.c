/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * For the loader's own tests, on kernels with BPF trampolines: a program on a
 * function of the kernel, and a struct_ops of the plainest sort, twice, so that one
 * can take the other's place.
 */
#include "agentcgroup_kernel.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#if defined(__TARGET_ARCH_x86)
#define GETPRIORITY	"__x64_sys_getpriority"
#else
#define GETPRIORITY	"__arm64_sys_getpriority"
#endif

const volatile __u32 watched_tgid;
__u64 seen;

SEC("fentry/" GETPRIORITY)
int count_by_trampoline(void *context)
{
	if (bpf_get_current_pid_tgid() >> 32 == watched_tgid)
		__sync_fetch_and_add(&seen, 1);
	return 0;
}

struct sock;

struct tcp_congestion_ops {
	__u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
	__u32 (*undo_cwnd)(struct sock *sk);
	char name[16];
};

SEC("struct_ops/ssthresh")
__u32 BPF_PROG(ssthresh, struct sock *sk)
{
	return 2;
}

SEC("struct_ops/cong_avoid")
void BPF_PROG(cong_avoid, struct sock *sk, __u32 ack, __u32 acked)
{
}

SEC("struct_ops/undo_cwnd")
__u32 BPF_PROG(undo_cwnd, struct sock *sk)
{
	return 2;
}

SEC(".struct_ops.link")
struct tcp_congestion_ops first = {
	.ssthresh = (void *)ssthresh,
	.cong_avoid = (void *)cong_avoid,
	.undo_cwnd = (void *)undo_cwnd,
	.name = "acg_test",
};

SEC(".struct_ops.link")
struct tcp_congestion_ops second = {
	.ssthresh = (void *)ssthresh,
	.cong_avoid = (void *)cong_avoid,
	.undo_cwnd = (void *)undo_cwnd,
	.name = "acg_test",
};
