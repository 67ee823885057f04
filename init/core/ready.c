#include <signal.h>
#include <stddef.h>

#include "core/act.h"
#include "core/ready.h"

void ready_create(struct machine *machine, struct actions *out)
{
	machine->ready = machine->plan->options->ready_file != NULL;
	if (machine->ready)
		act_start(machine, out, ROLE_READY);
}

/* Its creator must be gone first: it may hang, and would create the file after we removed it. */
void ready_remove(struct machine *machine, struct actions *out)
{
	if (!machine->ready)
		return;
	machine->ready = false;
	machine->unready_waits = machine_live(machine, ROLE_READY);
	if (machine->unready_waits)
		act_signal(out, TARGET_READY, SIGKILL);
	else
		act_start(machine, out, ROLE_UNREADY);
}

void ready_creator_ended(struct machine *machine, struct actions *out)
{
	if (machine->unready_waits)
		act_start(machine, out, ROLE_UNREADY);
	machine->unready_waits = false;
}
