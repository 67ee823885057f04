#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "kernel/ask.h"
#include "kernel/find.h"
#include "kernel/say.h"
#include "kernel/signals.h"
#include "kernel/wait.h"
#include "modes/ask.h"
#include "output/log.h"
#include "output/phasename.h"
#include "text/errname.h"

enum { ANSWER_DONE = 0, ANSWER_FAILED = 1, NOBODY = 125 };

/* It is heard within this time, or it is no drainit. */
#define HEARD_BY SEC

/* How often its name is looked at, where it cannot signal us, or is gone without a word. */
#define LOOK_EVERY SEC

static void complain(const char *what, const char *why)
{
	char text[512], bytes[256];
	struct writer writer = writer_on(text, sizeof text);
	struct writer message = writer_on(bytes, sizeof bytes);

	write_text(&message, what);
	write_text(&message, why);
	log_message(&writer, LOG_TEXT, message.text, message.length);
	say(text, writer.length);
	say_close(nsec_add(wait_now(), SEC));
}

static int refused(int error)
{
	char bytes[64];
	struct writer writer = writer_on(bytes, sizeof bytes - 1);

	write_error(&writer, error);
	bytes[writer.length] = '\0';
	complain("--prestop: the drainit of this container cannot be asked: ", bytes);
	return NOBODY;
}

/* What it has answered by until; ASK_NONE: nothing. Passed over: whatever else is sent to a hook. */
static int hear(int pid, nsec_t until)
{
	struct event event;

	for (;;) {
		if (wait_event(until, &event) == WAITED_CHILD)
			continue;
		if (event.kind == EVENT_TIME)
			return ASK_NONE;
		if (event.kind == EVENT_ASKED && event.pid == pid)
			return event.ask;
	}
}

/* -1: it is no outcome. */
static int outcome_by_answer(int answer)
{
	if (answer == ASK_DONE)
		return ANSWER_DONE;
	return answer == ASK_FAILED ? ANSWER_FAILED : -1;
}

/* What its name tells of the drain's outcome; -1: nothing yet. */
static int outcome_by_name(int pid)
{
	char phase[PHASE_BYTES];

	if (!find_phase(pid, phase))
		return ANSWER_DONE;
	if (strcmp(phase, "failed") == 0)
		return ANSWER_FAILED;
	return strcmp(phase, "drain") == 0 || strcmp(phase, "drain+") == 0 ? -1 : ANSWER_DONE;
}

static bool heard_by_name(int pid)
{
	char phase[PHASE_BYTES];

	return find_phase(pid, phase) && strcmp(phase, "serving") != 0;
}

/* by_name: it has not said that it heard us, so it will not answer either. */
static int await_outcome(int pid, bool by_name)
{
	char phase[PHASE_BYTES];

	for (;;) {
		int answer = hear(pid, nsec_add(wait_now(), LOOK_EVERY));
		int outcome = outcome_by_answer(answer);

		if (outcome < 0 && kill(pid, 0) < 0 && errno == ESRCH)
			return ANSWER_DONE;
		/* Its answer may be lost: a full queue refuses it. Only a name of ours tells, then. */
		if (answer == ASK_NONE && (by_name || find_phase(pid, phase)))
			outcome = outcome_by_name(pid);
		if (outcome >= 0)
			return outcome;
	}
}

int ask_prestop(void)
{
	char phase[PHASE_BYTES];
	int pid = find_drainit(phase);
	int answer;

	if (pid == getpid()) {
		complain("--prestop: ",
		        "this is PID 1; it belongs into the container's preStop hook");
		return NOBODY;
	}
	signals_let_interrupt();
	if (!ask_patiently(pid, ASK_PRESTOP))
		return refused(errno);
	answer = hear(pid, nsec_add(wait_now(), HEARD_BY));
	if (outcome_by_answer(answer) >= 0)
		return outcome_by_answer(answer);
	if (answer == ASK_NONE && !heard_by_name(pid)) {
		complain("--prestop: ",
		        "PID 1 does not answer: it is no drainit, or one of another user");
		return NOBODY;
	}
	return await_outcome(pid, answer == ASK_NONE);
}

static int print_phase(const char *phase)
{
	bool serves = strcmp(phase, "serving") == 0 || strcmp(phase, "drain+") == 0;

	if (write(STDOUT_FILENO, phase, strlen(phase)) < 0 || write(STDOUT_FILENO, "\n", 1) < 0)
		return NOBODY;
	return serves ? 0 : 1;
}

int ask_status(void)
{
	char phase[PHASE_BYTES];
	int pid = find_drainit(phase);
	int answer = ASK_NONE;

	if (phase[0] != '\0')
		return print_phase(phase);
	/* Under another program's name only a signal tells. */
	if (pid != getpid() && ask_patiently(pid, ASK_PHASE))
		answer = hear(pid, nsec_add(wait_now(), HEARD_BY));
	if (answer >= ASK_PHASES && phasename_of(answer - ASK_PHASES))
		return print_phase(phasename_of(answer - ASK_PHASES));
	complain("--status: ", "there is no drainit in this container");
	return NOBODY;
}
