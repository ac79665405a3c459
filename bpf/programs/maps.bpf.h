/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The maps that all objects share. Pinned by name below the daemon's pin root, so
 * that the second object to be loaded, and the next daemon, get the same ones.
 */
#ifndef ACG_MAPS_BPF_H
#define ACG_MAPS_BPF_H

#include "agentcgroup_kernel.h"
#include "agentcgroup_bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ACG_DOMAINS_MAX);
	__type(key, __u64);
	__type(value, struct acg_domain);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} acg_domains SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ACG_HOLDS_MAX);
	__type(key, __u64);
	__type(value, struct acg_hold);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} acg_holds SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct acg_policy);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} acg_policy SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ACG_STATS_MAX);
	__type(key, __u32);
	__type(value, __u64);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} acg_stats SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ACG_HISTS_MAX);
	__type(key, __u32);
	__type(value, struct acg_histogram);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} acg_hist SEC(".maps");

/* The least recently used go first: nobody needs to clean up after a domain. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, ACG_ACCOUNT_MAX);
	__type(key, __u64);
	__type(value, struct acg_account);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} acg_account SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, ACG_EVENTS_BYTES);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} acg_events SEC(".maps");

static __always_inline void acg_count(enum acg_stat stat, __u64 amount)
{
	__u32 key = stat;
	__u64 *counter = bpf_map_lookup_elem(&acg_stats, &key);

	if (counter)
		__sync_fetch_and_add(counter, amount);
}

static __always_inline const struct acg_domain *acg_domain_of(__u64 cgroup)
{
	return bpf_map_lookup_elem(&acg_domains, &cgroup);
}

static __always_inline const struct acg_policy *acg_policy_get(void)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&acg_policy, &key);
}

/* Number of the highest bit set; v is not 0. Without a loop, for the verifier's sake. */
static __always_inline __u32 acg_top_bit(__u64 v)
{
	__u32 bit = 0, more;

	more = (v > 0xffffffffULL) << 5; v >>= more; bit |= more;
	more = (v > 0xffff) << 4; v >>= more; bit |= more;
	more = (v > 0xff) << 3; v >>= more; bit |= more;
	more = (v > 0xf) << 2; v >>= more; bit |= more;
	more = (v > 0x3) << 1; v >>= more; bit |= more;
	return bit | (v >> 1);
}

static __always_inline __u32 acg_hist_bucket(__u64 value)
{
	__u32 top;

	if (value < ACG_HIST_SUB)
		return value;
	top = acg_top_bit(value);
	if (top > ACG_HIST_TOP_BIT)
		return ACG_HIST_BUCKETS - 1;
	return (top - ACG_HIST_SUB_BITS + 1) * ACG_HIST_SUB
	       + ((value >> (top - ACG_HIST_SUB_BITS)) & (ACG_HIST_SUB - 1));
}

static __always_inline void acg_observe(enum acg_hist hist, __u64 value)
{
	__u32 key = hist, bucket = acg_hist_bucket(value);
	struct acg_histogram *h = bpf_map_lookup_elem(&acg_hist, &key);

	if (!h || bucket >= ACG_HIST_BUCKETS)
		return;
	__sync_fetch_and_add(&h->bucket[bucket], 1);
	__sync_fetch_and_add(&h->count, 1);
	__sync_fetch_and_add(&h->sum, value);
	/* Two CPUs at the same moment can lose a maximum; the buckets still have it. */
	if (value > h->max)
		h->max = value;
}

/* An event to be filled in and submitted; NULL when there is no room, which is counted. */
static __always_inline struct acg_event *acg_event_begin(__u32 kind, __u64 cgroup, __u64 session)
{
	struct acg_event *event = bpf_ringbuf_reserve(&acg_events, sizeof(*event), 0);

	if (!event) {
		acg_count(ACG_STAT_EVENTS_LOST, 1);
		return NULL;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->time_ns = bpf_ktime_get_ns();
	event->cgroup = cgroup;
	event->session = session;
	event->kind = kind;
	return event;
}

/* Wakes the reader. Left to itself the kernel would not, where records lie before this one that woke nobody. */
static __always_inline void acg_event_send(struct acg_event *event)
{
	bpf_ringbuf_submit(event, BPF_RB_FORCE_WAKEUP);
	acg_count(ACG_STAT_EVENTS_SENT, 1);
}

#endif /* ACG_MAPS_BPF_H */
