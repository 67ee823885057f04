#include "text/signame.h"

#include "text/number.h"

#include <signal.h>
#include <string.h>

#define RTMIN 34
#define RTMAX 64

static const char names[][7] = {
	[SIGHUP] = "HUP",
	[SIGINT] = "INT",
	[SIGQUIT] = "QUIT",
	[SIGILL] = "ILL",
	[SIGTRAP] = "TRAP",
	[SIGABRT] = "ABRT",
	[SIGBUS] = "BUS",
	[SIGFPE] = "FPE",
	[SIGKILL] = "KILL",
	[SIGUSR1] = "USR1",
	[SIGSEGV] = "SEGV",
	[SIGUSR2] = "USR2",
	[SIGPIPE] = "PIPE",
	[SIGALRM] = "ALRM",
	[SIGTERM] = "TERM",
	[16] = "STKFLT",
	[SIGCHLD] = "CHLD",
	[SIGCONT] = "CONT",
	[SIGSTOP] = "STOP",
	[SIGTSTP] = "TSTP",
	[SIGTTIN] = "TTIN",
	[SIGTTOU] = "TTOU",
	[SIGURG] = "URG",
	[SIGXCPU] = "XCPU",
	[SIGXFSZ] = "XFSZ",
	[SIGVTALRM] = "VTALRM",
	[SIGPROF] = "PROF",
	[SIGWINCH] = "WINCH",
	[SIGIO] = "IO",
	[SIGPWR] = "PWR",
	[SIGSYS] = "SYS",
};

#define NAMES ((int)(sizeof(names) / sizeof(names[0])))

/* Does text, in either case, begin with name, which is in capitals? */
static bool begins(const char *text, size_t length, const char *name)
{
	for (; *name != '\0'; name++, text++, length--) {
		if (length == 0)
			return false;
		char upper = *text >= 'a' && *text <= 'z' ? (char)(*text - 'a' + 'A') : *text;
		if (upper != *name)
			return false;
	}
	return true;
}

static bool is(const char *text, size_t length, const char *name)
{
	return length == strlen(name) && begins(text, length, name);
}

/* RTMIN, RTMIN+3, RTMAX, RTMAX-2; 0 if it is none. */
static int realtime(const char *text, size_t length)
{
	bool from_end = begins(text, length, "RTMAX");
	int base = from_end ? RTMAX : RTMIN;

	if (!from_end && !begins(text, length, "RTMIN"))
		return 0;
	if (length == 5)
		return base;
	if (text[5] != (from_end ? '-' : '+'))
		return 0;
	int offset = number_parse(text + 6, length - 6, 2);
	if (offset < 0 || offset > RTMAX - RTMIN)
		return 0;
	return from_end ? base - offset : base + offset;
}

int signame_parse(const char *text, size_t length)
{
	int number = number_parse(text, length, 2);

	if (number >= 0) {
		bool known =
		        (number >= 1 && number < NAMES) || (number >= RTMIN && number <= RTMAX);
		return known ? number : 0;
	}
	if (begins(text, length, "SIG")) {
		text += 3;
		length -= 3;
	}
	for (int i = 1; i < NAMES; i++) {
		if (is(text, length, names[i]))
			return i;
	}
	if (is(text, length, "IOT"))
		return SIGABRT;
	if (is(text, length, "CLD"))
		return SIGCHLD;
	if (is(text, length, "POLL"))
		return SIGIO;
	return realtime(text, length);
}

void write_signal(struct writer *writer, int signal)
{
	if (signal >= 1 && signal < NAMES) {
		write_text(writer, names[signal]);
	} else if (signal >= RTMIN && signal <= RTMAX) {
		write_text(writer, "RTMIN");
		if (signal > RTMIN) {
			write_char(writer, '+');
			write_number(writer, signal - RTMIN);
		}
	} else {
		write_number(writer, signal);
	}
}
