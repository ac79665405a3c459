/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What happens in our domains: programs that are started, processes that are made and
 * end, and whom the OOM killer chose. All of it is counted for each domain; told, one by
 * one, are the first of each domain and every OOM victim. Processes outside
 * cost one look-up a level. Needs nothing but BTF tracepoints, so it loads where trampolines do not.
 */
#include "maps.bpf.h"
#include "account.bpf.h"
#include "domain.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Unread bytes from which the reader is woken for what is not urgent: an eighth of the ring, so that there is time. */
#define WAKE_BYTES (ACG_EVENTS_BYTES / 8)

/* Execs, forks and exits of one domain that are told; the loader may set another number. */
const volatile __u32 told_most = ACG_TOLD_MOST;

/* Whether one more event of the domain is told; counted either way. */
static bool worth_telling(struct acg_account *account)
{
	if (account->told >= told_most)
		return false;
	__sync_fetch_and_add(&account->told, 1);
	return true;
}

/* Nobody waits for these: the reader is woken when there are many, or when something urgent is told. */
static void send_later(struct acg_event *event)
{
	__u64 flags = bpf_ringbuf_query(&acg_events, BPF_RB_AVAIL_DATA) >= WAKE_BYTES ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;

	bpf_ringbuf_submit(event, flags);
	acg_count(ACG_STAT_EVENTS_SENT, 1);
}

static void tell(__u32 kind, __u64 cgroup, const struct acg_domain *domain, struct task_struct *task, __u64 value)
{
	struct acg_event *event = acg_event_begin(kind, cgroup, domain->session);

	if (!event)
		return;
	event->pid = task->tgid;
	event->value = value;
	bpf_probe_read_kernel_str(event->comm, sizeof(event->comm), task->comm);
	send_later(event);
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(account_exec, struct task_struct *task)
{
	struct acg_account *account;
	const struct acg_domain *domain;
	__u64 id;

	domain = acg_domain_around(task->cgroups->dfl_cgrp, &id);
	if (!domain)
		return 0;
	acg_count(ACG_STAT_EXECS, 1);
	account = acg_account_of(id);
	if (!account)
		return 0;
	__sync_fetch_and_add(&account->execs, 1);
	if (worth_telling(account))
		tell(ACG_EVENT_EXEC, id, domain, task, task->real_parent->tgid);
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(account_fork, struct task_struct *parent, struct task_struct *child)
{
	struct acg_account *account;
	const struct acg_domain *domain;
	__u64 id;

	/* A thread is no process. */
	if (child->pid != child->tgid)
		return 0;
	/* The child's domain: a call's first process is made by somebody outside it. */
	domain = acg_domain_around(child->cgroups->dfl_cgrp, &id);
	if (!domain)
		return 0;
	acg_count(ACG_STAT_FORKS, 1);
	account = acg_account_of(id);
	if (!account)
		return 0;
	__sync_fetch_and_add(&account->forks, 1);
	if (worth_telling(account))
		tell(ACG_EVENT_FORK, id, domain, parent, child->tgid);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(account_exit, struct task_struct *task)
{
	struct acg_account *account;
	const struct acg_domain *domain;
	__u64 id;

	/* Once a process, with its first thread: which one is last, two that exit at the same moment both are. */
	if (task->pid != task->tgid)
		return 0;
	domain = acg_domain_around(task->cgroups->dfl_cgrp, &id);
	if (!domain)
		return 0;
	acg_count(ACG_STAT_EXITS, 1);
	account = acg_account_of(id);
	if (!account)
		return 0;
	__sync_fetch_and_add(&account->exits, 1);
	if (worth_telling(account))
		tell(ACG_EVENT_EXIT, id, domain, task, (__u32)task->exit_code);
	return 0;
}

/* Anonymous memory, as exactly as a counter that is spread over the CPUs is without adding them up. */
static __u64 anon_bytes(struct task_struct *task)
{
	struct mm_struct *mm = task->mm;
	__s64 pages;

	if (!mm)
		return 0;
	if (bpf_core_field_exists(mm->rss_stat[0].count))
		pages = mm->rss_stat[MM_ANONPAGES].count;
	else
		/* The verifiers of that time know no arrays of what is only named by a typedef. */
		pages = BPF_CORE_READ((struct mm_struct___before_6_2 *)mm, rss_stat.count[MM_ANONPAGES].counter);
	return pages > 0 ? (__u64)pages << ACG_PAGE_SHIFT : 0;
}

/* Urgent, and never left out: it is why a call ends. */
SEC("tp_btf/mark_victim")
int BPF_PROG(account_oom, struct task_struct *task)
{
	struct acg_account *account;
	const struct acg_domain *domain;
	struct acg_event *event;
	__u64 id;

	domain = acg_domain_around(task->cgroups->dfl_cgrp, &id);
	if (!domain)
		return 0;
	acg_count(ACG_STAT_OOM_VICTIMS, 1);
	account = acg_account_of(id);
	if (account)
		__sync_fetch_and_add(&account->oom_victims, 1);
	event = acg_event_begin(ACG_EVENT_OOM, id, domain->session);
	if (!event)
		return 0;
	event->pid = task->tgid;
	event->value = anon_bytes(task);
	event->value2 = (__s64)task->signal->oom_score_adj;
	bpf_probe_read_kernel_str(event->comm, sizeof(event->comm), task->comm);
	acg_event_send(event);
	return 0;
}
