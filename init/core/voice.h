/*
 * voice: the messages of a program whose name drainit answers to. Scripts and tests look for them.
 */
#ifndef CORE_VOICE_H
#define CORE_VOICE_H

#include <stdbool.h>

enum said {
	SAID_NOT_PID_1,     /* nor a subreaper: orphans go elsewhere */
	SAID_ADOPTS,        /* we are a subreaper */
	SAID_SPAWNED,       /* the main child was started */
	SAID_ISOLATED,      /* in a session of its own */
	SAID_FORK_FAILED,   /* it was not */
	SAID_EXEC_FAILED,   /* it was, but not its command */
	SAID_RECEIVED,      /* a signal */
	SAID_TRANSLATED,    /* it is sent on as another one */
	SAID_DROPPED,       /* it is not sent on */
	SAID_FORWARDED,     /* it was sent on */
	SAID_SUSPENDED,     /* and stops us too */
	SAID_CHILD_SIGNAL,  /* SIGCHLD */
	SAID_REAPED,        /* any child that exited */
	SAID_REAPED_KILLED, /* any child that a signal ended */
	SAID_ZOMBIE,        /* an orphan was reaped, and that was to be told (-w) */
	SAID_EXITED,        /* the main child exited */
	SAID_KILLED,        /* a signal ended it */
	SAID_LEFT,          /* the last word */
	SAID_COUNT
};

/* Places in a text are those of text/template.h. */
struct voice_line {
	const char *text; /* NULL: nothing is said */
	int verbosity;    /* the least with which it is said */
	bool on_stdout;
};

struct voice {
	struct voice_line lines[SAID_COUNT];
};

#endif
