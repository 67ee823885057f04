/*
 * actor: the program that the tests run below an init. Its arguments are verbs, done in order:
 *
 *     name NAME         what its lines begin with (at first 'main')
 *     say TEXT          a line
 *     state             lines: pid, parent, group, session, foreground, blocked, ignored, cwd, fd N ...
 *     env NAME          a line: NAME=value, or NAME unset
 *     flags FD          a line: the file status flags
 *     watch             every signal it can catch is said ('got 15') and changes nothing else
 *     on SIGNAL CODE MS says it, works for MS, says 'bye' and exits with CODE
 *     ignore SIGNAL     nothing is said
 *     default SIGNAL
 *     unblock SIGNAL
 *     fork [ ... ]      a child does what the brackets say, then hangs; we go on once it has come so far
 *     daemon [ ... ]    the same, after setsid and a second fork
 *     orphans N         N children end at once, unreaped, and are left to whoever reaps
 *     chain             forks its successor and ends, on and on
 *     listen          on a TCP port that the system chooses: a line: port N
 *     setsid  stop (itself)  sleep MS  reap (what has been forked)
 *     exec COMMAND...   becomes it
 *     exit CODE  die SIGNAL  hang
 *
 * A line is 'NAME PID NANOSECONDS TEXT', written at once to the FIFO in ACTOR_REPORT. Whatever
 * happens, each process of it is dead ACTOR_LIFE seconds (60 if not set) after the first began.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *name = "main";
static int report = -1;
static struct timespec born;
static long life = 60;
static int exit_code[65];
static long exit_after[65];
static int arrival = -1; /* closed when a forked child has come as far as it will */

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
	char line[1024];
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	int length = snprintf(line, sizeof(line), "%s %d %lld ", name, (int)getpid(),
	        now.tv_sec * 1000000000LL + now.tv_nsec);
	va_list list;
	va_start(list, format);
	length += vsnprintf(line + length, sizeof(line) - (size_t)length - 1, format, list);
	va_end(list);
	if (length > (int)sizeof(line) - 2)
		length = (int)sizeof(line) - 2;
	line[length] = '\n';
	if (write(report, line, (size_t)length + 1) < 0)
		_exit(97);
}

/* limit_life: SIGKILL when our time is up; neither a stop nor a handler can hold it back. */
static void limit_life(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL };
	struct itimerspec at = { .it_value = { born.tv_sec + life, born.tv_nsec } };
	int timer;

	if (syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer) < 0 ||
	        syscall(SYS_timer_settime, timer, TIMER_ABSTIME, &at, NULL) < 0)
		_exit(96);
}

static void pass(long milliseconds)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	long long nanoseconds = at.tv_nsec + milliseconds * 1000000LL;
	at.tv_sec += nanoseconds / 1000000000LL;
	at.tv_nsec = nanoseconds % 1000000000LL;
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
		continue;
}

static void on_signal(int number)
{
	say("got %d", number);
	if (exit_code[number] < 0)
		return;
	int code = exit_code[number];
	exit_code[number] = -1;
	/* Nor for a moment: who looks whether we rest would find us asleep. */
	if (exit_after[number] > 0)
		pass(exit_after[number]);
	say("bye");
	_exit(code);
}

/*
 * The kernel's own call: musl keeps 32 to 34 for itself and refuses them, and 34 is forwarded.
 * Other signals are let in while a handler runs, so that what comes during its work is said too.
 */
static void dispose(int number, void (*handler)(int))
{
	struct sigaction by_libc = { .sa_handler = handler,
		.sa_flags = SA_NODEFER | SA_RESTART };
	struct {
		void (*handler)(int);
		unsigned long flags;
		void (*restorer)(void);
		unsigned long mask;
	} by_kernel;

	if (number != 34) {
		sigaction(number, &by_libc, NULL);
		return;
	}
	/* The restorer of another signal's handler is the libc's. */
	syscall(SYS_rt_sigaction, SIGURG, NULL, &by_kernel, 8);
	if (by_kernel.handler == SIG_DFL) {
		sigaction(SIGURG, &by_libc, NULL);
		syscall(SYS_rt_sigaction, SIGURG, NULL, &by_kernel, 8);
		signal(SIGURG, SIG_DFL);
	}
	by_kernel.handler = handler;
	syscall(SYS_rt_sigaction, number, &by_kernel, NULL, 8);
}

static void watch(void)
{
	for (int number = 1; number <= 64; number++) {
		if (number == SIGKILL || number == SIGSTOP || number == SIGCHLD ||
		        number == 32 || number == 33)
			continue;
		exit_code[number] = -1;
		dispose(number, on_signal);
	}
}

static void unblock(int number)
{
	unsigned long set = 1UL << (number - 1);
	syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &set, NULL, 8);
}

static void say_status_line(const char *line)
{
	unsigned long set;

	if (sscanf(line, "SigBlk: %lx", &set) == 1)
		say("blocked %lx", set);
	if (sscanf(line, "SigIgn: %lx", &set) == 1)
		say("ignored %lx", set);
}

static void state(void)
{
	char text[512];

	say("pid %d", (int)getpid());
	say("parent %d", (int)getppid());
	say("group %d", (int)getpgrp());
	say("session %d", (int)getsid(0));
	say("foreground %d", (int)tcgetpgrp(0));
	if (getcwd(text, sizeof(text)))
		say("cwd %s", text);
	FILE *status = fopen("/proc/self/status", "re");
	while (status && fgets(text, sizeof(text), status))
		say_status_line(text);
	if (status)
		fclose(status);
	for (int fd = 0; fd < 1024; fd++)
		if (fd != report && fcntl(fd, F_GETFD) >= 0)
			say("fd %d", fd);
	say("end of state");
}

static void orphans(int count)
{
	int parent = fork();
	if (parent == 0) {
		for (int i = 0; i < count; i++) {
			int child = fork();
			if (child == 0)
				_exit(0);
			if (child < 0)
				_exit(1);
		}
		_exit(0);
	}
	int status = -1;
	waitpid(parent, &status, 0);
	say("orphans %d", status);
}

static void arrive(void)
{
	close(arrival);
	arrival = -1;
}

static void chain(void)
{
	int child = 0;
	arrive();
	for (;;) {
		child = fork();
		if (child > 0)
			_exit(0);
		if (child == 0)
			limit_life();
	}
}

/* skip_brackets: past the ']' that belongs to the '[' that verb stands at. */
static char **skip_brackets(char **verb)
{
	int depth = 0;

	while (*verb) {
		if (strcmp(*verb, "[") == 0)
			depth++;
		else if (strcmp(*verb, "]") == 0)
			depth--;
		verb++;
		if (depth == 0)
			break;
	}
	return verb;
}

static void perform(char **verb);

static void hang(void)
{
	arrive();
	for (;;)
		pause();
}

/* branch: verb stands at its '['. */
static void branch(char **verb, bool daemonise)
{
	int ends[2];
	char byte;
	if (pipe2(ends, O_CLOEXEC) < 0)
		_exit(93);
	int child = fork();
	if (child != 0) {
		close(ends[1]);
		if (daemonise)
			waitpid(child, NULL, 0);
		while (read(ends[0], &byte, 1) < 0)
			continue;
		close(ends[0]);
		return;
	}
	close(ends[0]);
	arrive();
	arrival = ends[1];
	if (daemonise) {
		setsid();
		if (fork() != 0)
			_exit(0);
	}
	limit_life();
	perform(verb + 1);
	hang();
}

/* perform_one: the verb that takes its values from what follows. Returns how many words it took. */
static int perform_one(char **verb)
{
	const char *what = verb[0];
	const char *value = verb[1] ? verb[1] : "0";

	if (strcmp(what, "name") == 0)
		name = value;
	else if (strcmp(what, "say") == 0)
		say("%s", value);
	else if (strcmp(what, "env") == 0)
		say("%s%s%s", value, getenv(value) ? "=" : " ",
		        getenv(value) ? getenv(value) : "unset");
	else if (strcmp(what, "flags") == 0)
		say("flags %o", (unsigned)fcntl(atoi(value), F_GETFL));
	else if (strcmp(what, "ignore") == 0)
		dispose(atoi(value), SIG_IGN);
	else if (strcmp(what, "default") == 0)
		dispose(atoi(value), SIG_DFL);
	else if (strcmp(what, "unblock") == 0)
		unblock(atoi(value));
	else if (strcmp(what, "orphans") == 0)
		orphans(atoi(value));
	else if (strcmp(what, "sleep") == 0)
		arrive(), pass(atol(value));
	else if (strcmp(what, "exit") == 0)
		_exit(atoi(value));
	else if (strcmp(what, "die") == 0)
		kill(getpid(), atoi(value));
	else
		return 0;
	return 2;
}

static void on(char **verb)
{
	int number = atoi(verb[1]);
	exit_code[number] = atoi(verb[2]);
	exit_after[number] = atol(verb[3]);
	dispose(number, on_signal);
}

static void stop(void)
{
	arrive();
	raise(SIGSTOP);
}

static void listen_somewhere(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (bind(fd, (struct sockaddr *)&at, size) < 0 || listen(fd, 8) < 0 ||
	        getsockname(fd, (struct sockaddr *)&at, &size) < 0)
		_exit(92);
	say("port %d", ntohs(at.sin_port));
}

static void perform_bare(const char *what)
{
	if (strcmp(what, "state") == 0)
		state();
	else if (strcmp(what, "watch") == 0)
		watch();
	else if (strcmp(what, "chain") == 0)
		chain();
	else if (strcmp(what, "setsid") == 0)
		setsid();
	else if (strcmp(what, "stop") == 0)
		stop();
	else if (strcmp(what, "listen") == 0)
		listen_somewhere();
	else if (strcmp(what, "hang") == 0)
		hang();
	else if (strcmp(what, "reap") == 0)
		while (wait(NULL) > 0)
			continue;
	else
		say("unknown verb %s", what);
}

static void perform(char **verb)
{
	while (*verb && strcmp(*verb, "]") != 0) {
		int taken = perform_one(verb);
		if (taken > 0) {
			verb += taken;
		} else if (strcmp(*verb, "on") == 0) {
			on(verb);
			verb += 4;
		} else if (strcmp(*verb, "fork") == 0 || strcmp(*verb, "daemon") == 0) {
			branch(verb + 1, **verb == 'd');
			verb = skip_brackets(verb + 1);
		} else if (strcmp(*verb, "exec") == 0) {
			execvp(verb[1], verb + 1);
			_exit(95);
		} else {
			perform_bare(*verb);
			verb++;
		}
	}
}

int main(int argc, char **argv)
{
	(void)argc;
	clock_gettime(CLOCK_MONOTONIC, &born);
	const char *seconds = getenv("ACTOR_LIFE");
	if (seconds)
		life = atol(seconds);
	limit_life();
	const char *path = getenv("ACTOR_REPORT");
	report = open(path ? path : "/dev/null", O_WRONLY | O_CLOEXEC);
	if (report >= 0 && report < 64) {
		int high = fcntl(report, F_DUPFD_CLOEXEC, 64);
		close(report);
		report = high;
	}
	if (report < 0)
		return 94;
	/* A full tree must not take the machine with it. */
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	perform(argv + 1);
	return 0;
}
