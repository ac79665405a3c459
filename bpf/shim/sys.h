/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel, without a C library between. A tool call pays for the shim's
 * start: a static glibc spends 0.3 ms and more before main() (CPUID alone traps
 * to the hypervisor some thirty times in a virtual machine), where this costs
 * nothing. Each call returns what the kernel returns: a value, or -errno.
 *
 * With ACG_HOSTED the same sources build on a C library: on other
 * architectures, and under sanitizers.
 */
#ifndef SHIM_SYS_H
#define SHIM_SYS_H

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>

#ifdef ACG_HOSTED

#include <unistd.h>

#define SYSCALL(nr, a, b, c, d, e, f) \
	({ long r_ = syscall(nr, a, b, c, d, e, f); r_ < 0 ? -errno : r_; })

#else

#ifndef __x86_64__
#error "build with ACG_HOSTED=1: the start without a C library is written for x86_64"
#endif

static inline long sys_raw(long nr, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}

#define SYSCALL(nr, a, b, c, d, e, f) \
	sys_raw(nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

#endif

#define SYSCALL0(nr)		SYSCALL(nr, 0, 0, 0, 0, 0, 0)
#define SYSCALL1(nr, a)		SYSCALL(nr, a, 0, 0, 0, 0, 0)
#define SYSCALL2(nr, a, b)	SYSCALL(nr, a, b, 0, 0, 0, 0)
#define SYSCALL3(nr, a, b, c)	SYSCALL(nr, a, b, c, 0, 0, 0)
#define SYSCALL4(nr, a, b, c, d) SYSCALL(nr, a, b, c, d, 0, 0)
#define SYSCALL5(nr, a, b, c, d, e) SYSCALL(nr, a, b, c, d, e, 0)

/* The kernel's own layouts, where the C library's differ. */
typedef uint64_t sys_sigset;

#define SYS_SIGSET_ALL		(~(sys_sigset)0)
#define SYS_SIGBIT(sig)		((sys_sigset)1 << ((sig) - 1))
#define SYS_SIGNALS		64

#define STDERR_FD		2

struct sys_sigaction {
	void *handler;
	unsigned long flags;
	void *restorer;
	sys_sigset mask;
};

#define SYS_SIG_DFL		((void *)0)
#define SYS_SIG_IGN		((void *)1)

static inline long sys_openat(int dir, const char *path, int flags, int mode)
{
	return SYSCALL4(SYS_openat, dir, path, flags, mode);
}

static inline long sys_open(const char *path, int flags)
{
	return sys_openat(AT_FDCWD, path, flags | O_CLOEXEC, 0);
}

static inline long sys_close(int fd)
{
	return SYSCALL1(SYS_close, fd);
}

static inline long sys_close_range(unsigned int first, unsigned int last)
{
	return SYSCALL3(SYS_close_range, first, last, 0);
}

static inline long sys_read(int fd, void *to, size_t n)
{
	return SYSCALL3(SYS_read, fd, to, n);
}

static inline long sys_write(int fd, const void *from, size_t n)
{
	return SYSCALL3(SYS_write, fd, from, n);
}

static inline long sys_pwritev2(int fd, const struct iovec *v, int n, int flags)
{
	/* Offset -1: at the file's own position. */
	return SYSCALL(SYS_pwritev2, fd, v, n, -1L, -1L, flags);
}

static inline long sys_fstatat(int dir, const char *path, struct stat *to, int flags)
{
	return SYSCALL4(SYS_newfstatat, dir, path, to, flags);
}

static inline long sys_stat(const char *path, struct stat *to)
{
	return sys_fstatat(AT_FDCWD, path, to, 0);
}

static inline long sys_fstat(int fd, struct stat *to)
{
	return SYSCALL2(SYS_fstat, fd, to);
}

static inline long sys_executable(const char *path)
{
	return SYSCALL3(SYS_faccessat, AT_FDCWD, path, 1 /* X_OK */);
}

static inline long sys_readlink(const char *path, char *to, size_t n)
{
	return SYSCALL4(SYS_readlinkat, AT_FDCWD, path, to, n);
}

static inline long sys_mkdirat(int dir, const char *path, int mode)
{
	return SYSCALL3(SYS_mkdirat, dir, path, mode);
}

/* The length with its terminator, as the kernel counts it. */
static inline long sys_getcwd(char *to, size_t n)
{
	return SYSCALL2(SYS_getcwd, to, n);
}

static inline long sys_fd_flags(int fd)
{
	return SYSCALL2(SYS_fcntl, fd, F_GETFD);
}

static inline long sys_poll(struct pollfd *fds, int n, int64_t timeout_ns)
{
	struct timespec t = {
		.tv_sec = timeout_ns / 1000000000,
		.tv_nsec = timeout_ns % 1000000000,
	};

	return SYSCALL5(SYS_ppoll, fds, n, timeout_ns < 0 ? NULL : &t, NULL, 0);
}

static inline int64_t sys_now_ns(void)
{
	struct timespec t;

	SYSCALL2(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
	return t.tv_sec * (int64_t)1000000000 + t.tv_nsec;
}

static inline long sys_socket(int family, int type)
{
	return SYSCALL3(SYS_socket, family, type, 0);
}

static inline long sys_connect(int fd, const void *to, unsigned int n)
{
	return SYSCALL3(SYS_connect, fd, to, n);
}

static inline long sys_setsockopt(int fd, int level, int name, const void *v, unsigned int n)
{
	return SYSCALL5(SYS_setsockopt, fd, level, name, v, n);
}

static inline long sys_send(int fd, const void *from, size_t n, int flags)
{
	return SYSCALL(SYS_sendto, fd, from, n, flags, NULL, 0);
}

static inline long sys_shutdown(int fd, int how)
{
	return SYSCALL2(SYS_shutdown, fd, how);
}

static inline long sys_recvmsg(int fd, struct msghdr *m, int flags)
{
	return SYSCALL3(SYS_recvmsg, fd, m, flags);
}

static inline long sys_sigprocmask(int how, const sys_sigset *set, sys_sigset *old)
{
	return SYSCALL4(SYS_rt_sigprocmask, how, set, old, sizeof(sys_sigset));
}

static inline long sys_sigaction(int sig, const struct sys_sigaction *act, struct sys_sigaction *old)
{
	return SYSCALL4(SYS_rt_sigaction, sig, act, old, sizeof(sys_sigset));
}

static inline long sys_sigtimedwait(const sys_sigset *set, int64_t timeout_ns)
{
	struct timespec t = {
		.tv_sec = timeout_ns / 1000000000,
		.tv_nsec = timeout_ns % 1000000000,
	};

	return SYSCALL4(SYS_rt_sigtimedwait, set, NULL, &t, sizeof(sys_sigset));
}

static inline long sys_signalfd(const sys_sigset *set)
{
	return SYSCALL4(SYS_signalfd4, -1, set, sizeof(sys_sigset), SFD_CLOEXEC | SFD_NONBLOCK);
}

static inline long sys_kill(int pid, int sig)
{
	return SYSCALL2(SYS_kill, pid, sig);
}

static inline long sys_sigqueue(int pid, int sig, siginfo_t *info)
{
	return SYSCALL3(SYS_rt_sigqueueinfo, pid, sig, info);
}

static inline int sys_getpid(void)
{
	return SYSCALL0(SYS_getpid);
}

/* As linux/pidfd.h of Linux 6.13 and later, of which older headers know nothing; the first version of the structure. */
#define SYS_PIDFD_INFO_CGROUPID	(1 << 2)
struct sys_pidfd_info {
	uint64_t mask;			/* what is asked for, and what was told */
	uint64_t cgroupid;
	uint32_t other[12];
};
#define SYS_PIDFD_GET_INFO	_IOWR(0xff, 11, struct sys_pidfd_info)

/* The id of this process's cgroup v2, a fraction of what /proc costs; -errno where the kernel does not tell (before 6.13). */
static inline long sys_cgroup_id(uint64_t *to)
{
	struct sys_pidfd_info info = { .mask = SYS_PIDFD_INFO_CGROUPID };
	long fd = SYSCALL2(SYS_pidfd_open, sys_getpid(), 0);
	long err;

	if (fd < 0)
		return fd;
	err = SYSCALL3(SYS_ioctl, fd, SYS_PIDFD_GET_INFO, &info);
	sys_close(fd);
	if (!err && !(info.mask & SYS_PIDFD_INFO_CGROUPID))
		err = -ENODATA;
	*to = info.cgroupid;
	return err;
}

static inline long sys_setscheduler(int policy)
{
	/* Only the real-time policies have a priority. */
	const struct { int priority; } none = { 0 };

	return SYSCALL3(SYS_sched_setscheduler, 0, policy, &none);
}

static inline int sys_getppid(void)
{
	return SYSCALL0(SYS_getppid);
}

static inline int sys_getsid(void)
{
	return SYSCALL1(SYS_getsid, 0);
}

static inline unsigned int sys_getuid(void)
{
	return SYSCALL0(SYS_getuid);
}

static inline unsigned int sys_geteuid(void)
{
	return SYSCALL0(SYS_geteuid);
}

static inline unsigned int sys_getgid(void)
{
	return SYSCALL0(SYS_getgid);
}

static inline long sys_setgroups(size_t n, const unsigned int *groups)
{
	return SYSCALL2(SYS_setgroups, n, groups);
}

static inline long sys_setresgid(unsigned int gid)
{
	return SYSCALL3(SYS_setresgid, gid, gid, gid);
}

static inline long sys_setresuid(unsigned int uid)
{
	return SYSCALL3(SYS_setresuid, uid, uid, uid);
}

static inline long sys_clone3(struct clone_args *args)
{
	return SYSCALL2(SYS_clone3, args, sizeof(*args));
}

static inline long sys_die_with_parent(int sig)
{
	return SYSCALL2(SYS_prctl, PR_SET_PDEATHSIG, sig);
}

static inline long sys_no_core(void)
{
	struct rlimit none = { 0, 0 };

	return SYSCALL4(SYS_prlimit64, 0, RLIMIT_CORE, &none, NULL);
}

static inline long sys_wait(int pid, int *status, int options)
{
	return SYSCALL4(SYS_wait4, pid, status, options, NULL);
}

static inline long sys_execve(const char *path, char **argv, char **envp)
{
	return SYSCALL3(SYS_execve, path, argv, envp);
}

static inline __attribute__((noreturn)) void sys_exit(int code)
{
	for (;;)
		SYSCALL1(SYS_exit_group, code);
}

#endif
