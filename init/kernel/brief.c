#include <string.h>
#include <sys/mman.h>

#include "kernel/brief.h"
#include "text/signame.h"
#include "text/writer.h"

#define TOLD_MOST 5

static char text[TOLD_MOST * 64];

void brief_prepare(struct edge *edge)
{
	size_t size;
	void *memory;

	if (!edge->options->drain && !edge->options->after)
		return;
	while (edge->environment[edge->variables])
		edge->variables++;
	size = ((size_t)edge->variables + TOLD_MOST + 1) * sizeof *edge->told;
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	edge->told = memory == MAP_FAILED ? NULL : memory;
}

/* Begins one more variable; its value is what is written next. */
static void tell(struct edge *edge, int *told, struct writer *writer, const char *name)
{
	if (*told > 0)
		write_char(writer, '\0');
	edge->told[edge->variables + *told] = writer->text + writer->length;
	edge->told[edge->variables + ++*told] = NULL;
	write_text(writer, name);
}

static int64_t seconds_left(nsec_t until, nsec_t now)
{
	return nsec_max((until - now) / SEC, 1);
}

void brief_write(struct edge *edge, const struct machine *machine, enum role role, int attempt,
        nsec_t now)
{
	const struct helper *helper = role == ROLE_DRAIN ? &machine->drain : &machine->after;
	struct writer writer = writer_on(text, sizeof text - 1);
	int told = 0;

	memcpy(edge->told, edge->environment, (size_t)edge->variables * sizeof *edge->told);
	tell(edge, &told, &writer, "DRAINIT_BUDGET_SECONDS=");
	write_number(&writer, seconds_left(helper->term_at, now));
	if (edge->children.pid[ROLE_MAIN] != 0) {
		tell(edge, &told, &writer, "DRAINIT_CHILD_PID=");
		write_number(&writer, edge->children.pid[ROLE_MAIN]);
	}
	if (machine->at.stop != NEVER) {
		tell(edge, &told, &writer, "DRAINIT_REASON=");
		if (machine->reason != 0)
			write_signal(&writer, machine->reason);
		else
			write_text(&writer, "prestop");
	}
	if (role == ROLE_DRAIN) {
		tell(edge, &told, &writer, "DRAINIT_ATTEMPT=");
		write_number(&writer, attempt);
	} else {
		tell(edge, &told, &writer, "DRAINIT_EXIT_STATUS=");
		write_number(&writer, machine_exit_status(machine));
	}
	writer.text[writer.length] = '\0';
}
