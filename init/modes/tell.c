#include "kernel/place.h"
#include "kernel/say.h"
#include "kernel/title.h"
#include "modes/tell.h"
#include "output/log.h"
#include "output/phasename.h"
#include "output/voice.h"

/* Another program's words. */
static struct mouths open_mouths(void)
{
	static char out[LOG_BYTES], err[LOG_BYTES];

	return (struct mouths){ writer_on(out, sizeof out), writer_on(err, sizeof err) };
}

static void speak(const struct mouths *mouths)
{
	if (mouths->out.length > 0)
		say_out(mouths->out.text, mouths->out.length);
	if (mouths->err.length > 0)
		say(mouths->err.text, mouths->err.length);
}

static struct places places_of(const struct supervisor *supervisor)
{
	const struct children *children = &supervisor->edge.children;

	return (struct places){ .pid = children->self, .child = children->pid[ROLE_MAIN] };
}

static void speak_of_step(const struct supervisor *supervisor, const struct step *step)
{
	struct mouths mouths = open_mouths();
	struct places places = places_of(supervisor);

	voice_step(&mouths, step, &places);
	speak(&mouths);
}

void tell_child_signal(const struct supervisor *supervisor)
{
	struct mouths mouths = open_mouths();
	struct places places = places_of(supervisor);

	voice_child_signal(&mouths, supervisor->edge.options, &places);
	speak(&mouths);
}

static void say_step(struct supervisor *supervisor, const struct step *step)
{
	/* Not on the stack, where each step would step over its pages. */
	static char text[LOG_BYTES];
	struct writer writer = writer_on(text, sizeof text);

	log_step(&writer, &supervisor->record, step, supervisor->edge.survivors);
	if (place_lost() && !supervisor->lost_told) {
		supervisor->lost_told = true;
		log_lost_directory(&writer, step->machine->plan->options->log);
	}
	if (writer.length > 0)
		say(text, writer.length);
}

void tell_step(struct supervisor *supervisor, const struct step *step)
{
	if (supervisor->edge.options->habits.voice)
		speak_of_step(supervisor, step);
	if (!supervisor->edge.options->habits.mute)
		say_step(supervisor, step);
}

void tell_phase(struct supervisor *supervisor)
{
	const char *phase = phasename(&supervisor->machine);

	if (phase == supervisor->shown || supervisor->edge.options->habits.voice)
		return;
	supervisor->shown = phase;
	title_set(phase);
}
