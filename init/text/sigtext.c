#include "text/sigtext.h"

#include <signal.h>
#include <stddef.h>

/* As docker, systemd and glibc count them. */
#define REALTIME_FIRST 34
#define REALTIME_LAST  64

static const char *const texts[] = {
	[SIGHUP] = "Hangup",
	[SIGINT] = "Interrupt",
	[SIGQUIT] = "Quit",
	[SIGILL] = "Illegal instruction",
	[SIGTRAP] = "Trace/breakpoint trap",
	[SIGABRT] = "Aborted",
	[SIGBUS] = "Bus error",
	[SIGFPE] = "Floating point exception",
	[SIGKILL] = "Killed",
	[SIGUSR1] = "User defined signal 1",
	[SIGSEGV] = "Segmentation fault",
	[SIGUSR2] = "User defined signal 2",
	[SIGPIPE] = "Broken pipe",
	[SIGALRM] = "Alarm clock",
	[SIGTERM] = "Terminated",
	[SIGSTKFLT] = "Stack fault",
	[SIGCHLD] = "Child exited",
	[SIGCONT] = "Continued",
	[SIGSTOP] = "Stopped (signal)",
	[SIGTSTP] = "Stopped",
	[SIGTTIN] = "Stopped (tty input)",
	[SIGTTOU] = "Stopped (tty output)",
	[SIGURG] = "Urgent I/O condition",
	[SIGXCPU] = "CPU time limit exceeded",
	[SIGXFSZ] = "File size limit exceeded",
	[SIGVTALRM] = "Virtual timer expired",
	[SIGPROF] = "Profiling timer expired",
	[SIGWINCH] = "Window changed",
	[SIGIO] = "I/O possible",
	[SIGPWR] = "Power failure",
	[SIGSYS] = "Bad system call",
};

void write_sigtext(struct writer *writer, int signal)
{
	const char *text = NULL;

	if (signal >= REALTIME_FIRST && signal <= REALTIME_LAST) {
		write_text(writer, "Real-time signal ");
		write_number(writer, signal - REALTIME_FIRST);
		return;
	}
	if (signal > 0 && signal < (int)(sizeof(texts) / sizeof(texts[0])))
		text = texts[signal];
	write_text(writer, text ? text : "Unknown signal");
}
