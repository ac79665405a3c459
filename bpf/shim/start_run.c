// SPDX-License-Identifier: Apache-2.0
/* agentcgroup-start run: an agent in a session of its own, the shim in its way. */
#include "call.h"
#include "domain.h"
#include "options.h"
#include "place.h"
#include "real.h"
#include "relay.h"
#include "say.h"
#include "start.h"
#include "sys.h"
#include "text.h"
#include "users.h"

/* Opening a session writes a dozen files and may wait for a collector; nobody waits for it in a tool call. */
#define CONTROL_TIMEOUT_NS	(5 * 1000 * 1000 * 1000ll)
/* Room for what set_environment() adds, and the NULL. */
#define VARIABLES_ADDED		13
#define AGENT_ID		"AGENTCGROUP_AGENT_ID"

static const char help[] =
	"usage: agentcgroup-start run --session NAME [option...] -- COMMAND [argument...]\n"
	"\n"
	"Starts an agent in a session: the agent itself is protected, and each command that it\n"
	"runs through a shell gets a cgroup of its own. Root only.\n"
	"\n"
	"  --session NAME       1 to 64 of a-z 0-9 . _ - after a letter or digit\n"
	"  --priority PRIORITY  high, normal or low\n"
	"  --memory SIZE        the session's memory budget, such as 2g or 512m\n"
	"  --pids N             the most processes in the session\n"
	"  --leftovers WHAT     what becomes of processes that a call leaves running:\n"
	"                       adopt, keep, keep:SECONDS or reap\n"
	"  --user NAME|UID      run the agent as this user, with its groups\n"
	"\n"
	"What is left out takes the value that the daemon is configured with. The exit code is\n"
	"the agent's; 125 when the session cannot be opened, 126 when the command cannot be\n"
	"run, 127 when it is not found, 2 for a wrong command line.\n";

struct wanted {
	const char *session;
	const char *priority;
	const char *memory;
	const char *pids;
	const char *leftovers;
	const char *user;
};

/* Where the distribution has its programs and the links named after shells. */
struct installed {
	char bin[REAL_PATH_MAX];
	char shims[REAL_PATH_MAX];
};

struct opened {
	int agent;			/* descriptor of agent/ */
	int oom_score_adj;
	int sched_policy;		/* -1: as ours */
	char socket[PLACE_PATH_MAX];
};

static __attribute__((noreturn)) void give_up(const char *text)
{
	say(text);
	sys_exit(EXIT_OURS);
}

/* The path without its last component; false when there is none. */
static bool cut_last(char *path)
{
	char *slash = strrchr(path, '/');

	if (!slash)
		return false;
	*slash = '\0';
	return true;
}

static void find_installed(char **envp, struct installed *to)
{
	const char *chosen = env_get(envp, "AGENTCGROUP_SHIMS");
	struct text shims = { to->shims, sizeof(to->shims), 0, false };
	TEXT(link, REAL_PATH_MAX + 8);
	long n = sys_readlink("/proc/self/exe", to->bin, sizeof(to->bin) - 1);

	if (n <= 0)
		give_up("/proc is needed, to find where this program is installed");
	to->bin[n] = '\0';
	cut_last(to->bin);
	if (chosen && chosen[0] == '/') {
		text_add(&shims, chosen);
	} else {
		text_add(&shims, to->bin);
		cut_last(to->shims);
		shims.length = strlen(to->shims);
		text_add(&shims, "/shims");
	}
	text_add(&link, to->shims);
	text_add(&link, "/bash");
	if (sys_executable(link.bytes)) {
		say_failure("the folder of the shim's links is not complete, see AGENTCGROUP_SHIMS:", link.bytes,
			    -ENOENT);
		sys_exit(EXIT_OURS);
	}
}

static uint32_t priority_number(const char *text)
{
	if (!strcmp(text, "high"))
		return ACG_PRIORITY_HIGH;
	if (!strcmp(text, "normal"))
		return ACG_PRIORITY_NORMAL;
	if (!strcmp(text, "low"))
		return ACG_PRIORITY_LOW;
	options_wrong("--priority is high, normal or low, not", text, help);
}

static void write_leftovers(struct wire_out *out, const char *text)
{
	uint64_t seconds;

	if (!strcmp(text, "adopt")) {
		wire_u32(out, ACG_TAG_LEFTOVERS, ACG_LEFTOVERS_ADOPT);
	} else if (!strcmp(text, "reap")) {
		wire_u32(out, ACG_TAG_LEFTOVERS, ACG_LEFTOVERS_REAP);
	} else if (!strncmp(text, "keep", 4) && (!text[4] || text[4] == ':')) {
		wire_u32(out, ACG_TAG_LEFTOVERS, ACG_LEFTOVERS_KEEP);
		if (!text[4])
			return;
		if (!number_parse(text + 5, 1, UINT32_MAX / 1000, &seconds))
			options_wrong("--leftovers keep:SECONDS needs a number of seconds, not", text + 5, help);
		wire_u32(out, ACG_TAG_KEEP_MS, seconds * 1000);
	} else {
		options_wrong("--leftovers is adopt, keep, keep:SECONDS or reap, not", text, help);
	}
}

static void write_open(struct wire_out *out, const struct wanted *w, const struct identity *as)
{
	uint64_t number;

	wire_begin(out, ACG_MSG_SESSION_OPEN);
	wire_bytes(out, ACG_TAG_SESSION, w->session, strlen(w->session));
	if (w->priority)
		wire_u32(out, ACG_TAG_PRIORITY, priority_number(w->priority));
	wire_u32(out, ACG_TAG_UID, as ? as->uid : sys_getuid());
	wire_u32(out, ACG_TAG_GID, as ? as->gid : sys_getgid());
	if (w->memory) {
		if (!options_size(w->memory, &number))
			options_wrong("--memory is a size such as 512m or 2g, not", w->memory, help);
		wire_u64(out, ACG_TAG_MEMORY_BYTES, number);
	}
	if (w->pids) {
		if (!number_parse(w->pids, 1, 1 << 22 /* the kernel's own bound */, &number))
			options_wrong("--pids is a number of processes, not", w->pids, help);
		wire_u64(out, ACG_TAG_PIDS, number);
	}
	if (w->leftovers)
		write_leftovers(out, w->leftovers);
	wire_end(out);
}

/* 0 when the message that ends the conversation is in *m. What is said on the way is passed on. */
static long ask_control(struct link *l, const char *control, const struct wire_out *out, struct wire_message *m)
{
	int64_t deadline_ns = sys_now_ns() + CONTROL_TIMEOUT_NS;
	long n = link_open(l, control, CONTROL_TIMEOUT_NS);

	if (!n)
		n = link_send(l, out);
	if (n)
		return n;
	while ((n = link_wait(l, m, deadline_ns)) > 0) {
		if (m->type == ACG_MSG_FEEDBACK)
			call_feedback(m);
		else
			return 0;
	}
	return n;
}

static bool take_session(struct link *l, const struct wire_message *m, struct opened *to)
{
	const unsigned char *socket;
	uint32_t adj = 0, policy;
	size_t n;

	if (l->passed < 0 || !wire_find(m, ACG_TAG_SOCKET, &socket, &n) || !n || n >= sizeof(to->socket))
		return false;
	wire_find_u32(m, ACG_TAG_OOM_SCORE_ADJ, &adj);
	memcpy(to->socket, socket, n);
	to->socket[n] = '\0';
	to->oom_score_adj = (int32_t)adj;
	to->sched_policy = wire_find_u32(m, ACG_TAG_SCHED_POLICY, &policy) && policy <= INT32_MAX ? (int)policy : -1;
	to->agent = l->passed;
	l->passed = -1;
	return true;
}

static void open_session(struct link *l, const char *control, const struct wire_out *out, struct opened *to)
{
	struct wire_message m;
	long err = ask_control(l, control, out, &m);

	if (err) {
		say_failure("the daemon does not answer at", control, err);
		give_up(err == -EACCES ? "only root may open a session" : "is it running? start it with: agentcgroup start");
	}
	if (m.type == ACG_MSG_ERROR) {
		call_feedback(&m);
		give_up("the session was not opened");
	}
	if (m.type != ACG_MSG_SESSION || !take_session(l, &m, to))
		give_up("the daemon's answer makes no sense: are both of the same version?");
	link_close(l);
}

static void end_session(struct link *l, const char *control, const char *session)
{
	static struct wire_out out;
	struct wire_message m;

	wire_begin(&out, ACG_MSG_SESSION_END);
	wire_bytes(&out, ACG_TAG_SESSION, session, strlen(session));
	wire_end(&out);
	/* Without a daemon there is nobody to tell; it finds the session empty when it is back. */
	if (!ask_control(l, control, &out, &m) && m.type == ACG_MSG_ERROR)
		call_feedback(&m);
	link_close(l);
}

/* Sets name=value in a list that has room for it. The text must live on. */
static void env_set(char **envp, const char *name, const char *value, struct text *space)
{
	char *entry = space->bytes + space->length;
	size_t n = strlen(name) + 1;

	text_add(space, name);
	text_add(space, "=");
	text_add(space, value);
	space->length++;		/* keep the terminator */
	if (space->cut || space->length >= space->size)
		give_up("the environment is too large");
	while (*envp && strncmp(*envp, entry, n))
		envp++;
	if (!*envp)
		envp[1] = NULL;
	*envp = entry;
}

static void env_remove(char **envp, const char *name)
{
	size_t n = strlen(name);

	while (*envp) {
		if (!strncmp(*envp, name, n) && (*envp)[n] == '=') {
			char **at;

			for (at = envp; *at; at++)
				at[0] = at[1];
		} else {
			envp++;
		}
	}
}

/* By which the shim knows that it was called by the agent itself. The inode of a cgroup's directory is its id. */
static void set_agent_id(char **envp, int agent, struct text *space)
{
	TEXT(id, 24);
	struct stat st;

	env_remove(envp, AGENT_ID);
	if (sys_fstat(agent, &st))
		return;
	text_number(&id, st.st_ino);
	env_set(envp, AGENT_ID, id.bytes, space);
}

/* What puts the shim where agents look for their shell. */
static void set_environment(char **envp, const struct wanted *w, const struct installed *in,
			    const struct opened *session, const struct user *user)
{
	static char space_bytes[1 << 18];
	struct text space = { space_bytes, sizeof(space_bytes), 0, false };
	static char line_bytes[1 << 17];
	struct text line = { line_bytes, sizeof(line_bytes), 0, false };
	const char *path = env_get(envp, "PATH");
	static char real[REAL_PATH_MAX];

	text_add(&line, in->shims);
	/* Whoever looks for zsh on PATH must find it only where it is. */
	if (real_shell("zsh", envp, real)) {
		text_add(&line, ":");
		text_add(&line, in->shims);
		text_add(&line, "/zsh.d");
	}
	text_add(&line, ":");
	text_add(&line, path ? path : "/usr/local/bin:/usr/bin:/bin");
	env_set(envp, "PATH", line.bytes, &space);

	line.length = 0;
	text_add(&line, in->shims);
	text_add(&line, "/bash");
	env_set(envp, "SHELL", line.bytes, &space);

	line.length = 0;
	text_add(&line, in->bin);
	text_add(&line, "/agentcgroup-shell");
	env_set(envp, "CLAUDE_CODE_SHELL_PREFIX", line.bytes, &space);

	env_set(envp, "AGENTCGROUP_SESSION", w->session, &space);
	env_set(envp, "AGENTCGROUP_SOCKET", session->socket, &space);
	set_agent_id(envp, session->agent, &space);
	env_remove(envp, "AGENTCGROUP_CALL");
	if (user && user->name[0]) {
		env_set(envp, "USER", user->name, &space);
		env_set(envp, "LOGNAME", user->name, &space);
		env_set(envp, "HOME", user->home[0] ? user->home : "/", &space);
	}
}

static size_t count(char **list)
{
	size_t n = 0;

	while (list[n])
		n++;
	return n;
}

static long start_agent(const char *program, char **argv, char **envp, const struct opened *session,
			const struct identity *as)
{
	struct birth b = {
		.directory = session->agent,
		.has_oom_score_adj = true,
		.oom_score_adj = session->oom_score_adj,
		.sched_policy = session->sched_policy,
		.as = as,
		.program = program,
		.argv = argv,
		.envp = envp,
	};
	struct signals inherited;
	long pid;

	signals_hold(&inherited);
	pid = domain_birth(&b, &inherited);
	if (pid < 0)
		signals_restore(&inherited);
	sys_close(session->agent);
	return pid;
}

static const struct user *find_user(const char *name)
{
	static struct user user;

	if (!name)
		return NULL;
	if (!users_find(name, &user))
		options_wrong("no such user", name, help);
	return &user;
}

static char **parse(char **argv, struct wanted *w)
{
	const struct option options[] = {
		{ .name = "session", .value = &w->session },
		{ .name = "priority", .value = &w->priority },
		{ .name = "memory", .value = &w->memory },
		{ .name = "pids", .value = &w->pids },
		{ .name = "leftovers", .value = &w->leftovers },
		{ .name = "user", .value = &w->user },
		{ .name = NULL },
	};

	argv = options_parse(argv, options, help);
	if (!w->session)
		options_wrong("which session?", "--session NAME", help);
	if (!name_valid(w->session, strlen(w->session), SESSION_NAME_MAX))
		options_wrong("a session's name is 1 to 64 of a-z 0-9 . _ - after a letter or digit", w->session, help);
	return argv;
}

int start_run(char **argv, char **envp)
{
	static char program[REAL_PATH_MAX], control[PLACE_PATH_MAX];
	static struct link link;
	static struct wire_out out;
	static struct installed installed;
	static struct opened session;
	char *variables[count(envp) + VARIABLES_ADDED];
	struct wanted w = { .session = NULL };
	const struct user *user;
	long err, pid;
	int status;

	argv = parse(argv, &w);
	user = find_user(w.user);
	write_open(&out, &w, user ? &user->identity : NULL);
	find_installed(envp, &installed);
	err = real_program(argv[0], envp, program);
	if (err)
		return domain_exec_failure(argv[0], err);
	place_socket(envp, "control", ".sock", control);
	open_session(&link, control, &out, &session);

	memcpy(variables, envp, (count(envp) + 1) * sizeof(*envp));
	set_environment(variables, &w, &installed, &session, user);
	pid = start_agent(program, argv, variables, &session, user ? &user->identity : NULL);
	if (pid < 0) {
		say_failure("the kernel lets no process be born in session", w.session, pid);
		end_session(&link, control, w.session);
		return EXIT_OURS;
	}
	status = relay_until_exit(pid, &link, -1);
	end_session(&link, control, w.session);
	relay_end_like(status);
}
