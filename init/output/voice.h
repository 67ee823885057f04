/*
 * voice: what another program would say of a step, in its words.
 */
#ifndef OUTPUT_VOICE_H
#define OUTPUT_VOICE_H

#include "core/record.h"
#include "text/template.h"

/* Where it goes. */
struct mouths {
	struct writer out;
	struct writer err;
};

/*
 * voice_step: the lines of one step, as far as the verbosity goes; nothing without a voice.
 * places  ours: program, pid, and the main child's pid.
 */
void voice_step(struct mouths *mouths, const struct step *step, const struct places *places);

/* voice_child_signal: a SIGCHLD was received. */
void voice_child_signal(
        struct mouths *mouths, const struct options *options, const struct places *places);

#endif
