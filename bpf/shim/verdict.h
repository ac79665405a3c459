/* SPDX-License-Identifier: Apache-2.0 */
/* Whether there can be anything to be told at the end of a call. */
#ifndef SHIM_VERDICT_H
#define SHIM_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * False only when the kernel's own counters say that nothing happened which the
 * agent must hear of: then nobody has to wait for the daemon's last words.
 */
bool verdict_due(int domain, int wait_status, int64_t lasted_ns);

#endif
