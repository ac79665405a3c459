/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Tier sched-ext in one object: the scheduler, hold-back, and who decides to hold.
 * One, because they share the timer and the knowledge of who runs where.
 */
#include "agentcgroup_kernel.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#include "sched_ops.bpf.h"
#include "memguard.bpf.h"
