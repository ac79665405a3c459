/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the shim and the gateway say to each other over a session's Unix
 * stream socket. The gateway's Java side is tested against this file, so each
 * constant is one plain #define of a number.
 *
 * A message is a header and fields, everything little-endian, nothing padded:
 *
 *	u32 magic, u16 version, u16 type, u32 length	(12 bytes)
 *	u16 tag, u16 zero, u32 length, bytes		(each field)
 *
 * `length` of the header counts the fields. Unknown tags are skipped, so fields
 * can be added; a message with an unknown type, version or magic, or one that
 * is longer than its bound, ends the connection with ACG_MSG_ERROR.
 */
#ifndef AGENTCGROUP_PROTOCOL_H
#define AGENTCGROUP_PROTOCOL_H

#define ACG_MAGIC			0x50474341	/* "ACGP" */
#define ACG_VERSION			1
#define ACG_HEADER_BYTES		12
#define ACG_FIELD_HEADER_BYTES		8

/* The largest message either side accepts: room for the longest command. */
#define ACG_MESSAGE_MAX_BYTES		65536
/* What is sent of a command string; the daemon keeps no more. */
#define ACG_COMMAND_MAX_BYTES		8192
/* What is sent of a hint: one more than the daemon reads, so it sees excess. */
#define ACG_HINT_MAX_BYTES		257
/* Every other text, both ways: SHELL, CWD, TEXT, ... A field over its bound is an error. */
#define ACG_TEXT_MAX_BYTES		4096

/* From the shim. The first message of a connection is CALL_OPEN or CALL_RESUME. */
#define ACG_MSG_CALL_OPEN		1	/* KIND SHELL COMMAND COMMAND_BYTES CWD [HINT HINT_SOURCE] */
#define ACG_MSG_CALL_STARTED		2	/* PID */
#define ACG_MSG_CALL_NOT_STARTED	3	/* ERRNO */
#define ACG_MSG_CALL_EXITED		4	/* WAIT_STATUS; who expects FEEDBACK ends his side of the stream, others may leave without the DONE */
#define ACG_MSG_CALL_RESUME		5	/* CALL_ID WAIT_STATUS: the daemon was restarted meanwhile */

/* From a starter, on the control socket only (root). */
#define ACG_MSG_SESSION_OPEN		16	/* SESSION [PRIORITY UID GID MEMORY_BYTES PIDS LEFTOVERS KEEP_MS] */
#define ACG_MSG_SESSION_END		17	/* SESSION: its agent has exited; answered by DONE */
#define ACG_MSG_CONTROL			18	/* JSON: administration; answered by CONTROL_REPLY*, DONE */

/* From the daemon. */
#define ACG_MSG_GRANT			129	/* CALL_ID OOM_SCORE_ADJ [SCHED_POLICY], and the domain's directory by SCM_RIGHTS */
#define ACG_MSG_WAIT			130	/* AT_MOST_MS TEXT: an answer comes within that time */
#define ACG_MSG_PASS			131	/* TEXT: run it without a domain */
#define ACG_MSG_FEEDBACK		132	/* TEXT [JSON]: one line for the agent, at any time after CALL_OPEN; the same for programs */
#define ACG_MSG_DONE			133	/* nothing more will come */
#define ACG_MSG_ERROR			143	/* TEXT: the connection ends here */
#define ACG_MSG_SESSION			144	/* SOCKET OOM_SCORE_ADJ [SCHED_POLICY], and the directory of agent/ by SCM_RIGHTS */
#define ACG_MSG_CONTROL_REPLY		145	/* JSON, or a piece of it: the pieces up to DONE make the whole */

/* Field tags. Numbers are u32 unless another width is said; texts are bytes without a terminator. */
#define ACG_TAG_KIND			1	/* ACG_KIND_* */
#define ACG_TAG_SHELL			2	/* base name under which the shim was called */
#define ACG_TAG_COMMAND			3	/* at most ACG_COMMAND_MAX_BYTES of it */
#define ACG_TAG_COMMAND_BYTES		4	/* its full length */
#define ACG_TAG_CWD			5
#define ACG_TAG_HINT			6
#define ACG_TAG_HINT_SOURCE		7	/* ACG_HINT_* */
#define ACG_TAG_PID			8
#define ACG_TAG_ERRNO			9
#define ACG_TAG_WAIT_STATUS		10	/* as waitpid(2) gives it */
#define ACG_TAG_CALL_ID			11
#define ACG_TAG_OOM_SCORE_ADJ		12	/* s32 */
#define ACG_TAG_AT_MOST_MS		13
#define ACG_TAG_TEXT			14	/* one line, already escaped for a terminal */
#define ACG_TAG_JSON			15
#define ACG_TAG_SESSION			16
#define ACG_TAG_PRIORITY		17	/* ACG_PRIORITY_* */
#define ACG_TAG_UID			18
#define ACG_TAG_GID			19
#define ACG_TAG_MEMORY_BYTES		20	/* u64 */
#define ACG_TAG_PIDS			21	/* u64 */
#define ACG_TAG_LEFTOVERS		22	/* ACG_LEFTOVERS_* */
#define ACG_TAG_KEEP_MS			23
#define ACG_TAG_SOCKET			24	/* path of the session's socket */
/*
 * Scheduling policy of the first process, inherited by all below it: the number that
 * sched_setscheduler(2) takes, 7 for SCHED_EXT. Without it, as the shim's own; a kernel
 * that refuses changes nothing. In SESSION, of the agent's runtime; not sent today.
 */
#define ACG_TAG_SCHED_POLICY		25

#define ACG_KIND_SHELL			1
#define ACG_KIND_PREFIX			2
#define ACG_KIND_EXEC			3

#define ACG_HINT_ENVIRONMENT		1
#define ACG_HINT_COMMAND		2
#define ACG_HINT_OPTION			3

#define ACG_PRIORITY_HIGH		1
#define ACG_PRIORITY_NORMAL		2
#define ACG_PRIORITY_LOW		3

#define ACG_LEFTOVERS_ADOPT		1
#define ACG_LEFTOVERS_KEEP		2
#define ACG_LEFTOVERS_REAP		3

/*
 * How long the shim waits for an answer before it runs the command without a
 * domain. AGENTCGROUP_TIMEOUT_MS in the environment overrides it. The call is
 * never worth more than the agent's patience.
 */
#define ACG_ANSWER_TIMEOUT_MS		50

#endif /* AGENTCGROUP_PROTOCOL_H */
