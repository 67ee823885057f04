#include "output/phasename.h"

#include <stddef.h>

enum { START, WAIT, SERVING, DRAIN, DRAIN_READY, DRAINED, FAILED, STOP, SWEEP };

static const char *const names[PHASENAMES] = {
	[START] = "start",
	[WAIT] = "wait",
	[SERVING] = "serving",
	[DRAIN] = "drain",
	[DRAIN_READY] = "drain+",
	[DRAINED] = "drained",
	[FAILED] = "failed",
	[STOP] = "stop",
	[SWEEP] = "sweep",
};

int phasename_number(const struct machine *machine)
{
	bool stays_ready = machine->plan->options->ready_until == READY_UNTIL_STOP;

	switch (machine->phase) {
	case PHASE_START:
		return START;
	case PHASE_WAIT:
		return WAIT;
	case PHASE_RUN:
		return SERVING;
	case PHASE_DRAIN:
		return stays_ready ? DRAIN_READY : DRAIN;
	case PHASE_DRAINED:
		return machine_drained(machine) ? DRAINED : FAILED;
	case PHASE_STOP:
		return STOP;
	case PHASE_SWEEP:
	case PHASE_AFTER:
	case PHASE_EXIT:
		return SWEEP;
	}
	return START;
}

const char *phasename(const struct machine *machine)
{
	return names[phasename_number(machine)];
}

const char *phasename_of(int number)
{
	return number >= 0 && number < PHASENAMES ? names[number] : NULL;
}
