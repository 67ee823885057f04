#include "output/phasename.h"

#include <string.h>

#include "unit/suite.h"

static struct options options;
static struct plan plan = { .options = &options };
static struct machine machine = { .plan = &plan };

static const char *in(enum phase phase)
{
	machine.phase = phase;
	return phasename(&machine);
}

START_TEST(each_phase_has_its_word)
{
	ck_assert_str_eq(in(PHASE_START), "start");
	ck_assert_str_eq(in(PHASE_WAIT), "wait");
	ck_assert_str_eq(in(PHASE_RUN), "serving");
	ck_assert_str_eq(in(PHASE_DRAIN), "drain");
	ck_assert_str_eq(in(PHASE_STOP), "stop");
	ck_assert_str_eq(in(PHASE_SWEEP), "sweep");
	ck_assert_str_eq(in(PHASE_AFTER), "sweep");
	ck_assert_str_eq(in(PHASE_EXIT), "sweep");
}
END_TEST

START_TEST(a_drain_that_stays_ready_says_so)
{
	options.ready_until = READY_UNTIL_STOP;
	ck_assert_str_eq(in(PHASE_DRAIN), "drain+");
	options.ready_until = READY_UNTIL_DRAIN;
	ck_assert_str_eq(in(PHASE_DRAIN), "drain");
}
END_TEST

START_TEST(what_was_answered_tells_how_it_went)
{
	machine.drain_ok = machine.idle = true;
	ck_assert_str_eq(in(PHASE_DRAINED), "drained");
	machine.idle = false;
	ck_assert_str_eq(in(PHASE_DRAINED), "failed");
	machine.idle = true;
	machine.drain_ok = false;
	ck_assert_str_eq(in(PHASE_DRAINED), "failed");
}
END_TEST

/* The kernel keeps 15 bytes of a process's name, drainit: among them. */
START_TEST(a_number_stands_for_a_word_and_back)
{
	for (int i = 0; i < PHASENAMES; i++) {
		ck_assert_ptr_nonnull(phasename_of(i));
		ck_assert_uint_le(strlen("drainit:") + strlen(phasename_of(i)), 15);
	}
	ck_assert_ptr_null(phasename_of(-1));
	ck_assert_ptr_null(phasename_of(PHASENAMES));
	ck_assert_str_eq(in(PHASE_STOP), phasename_of(phasename_number(&machine)));
}
END_TEST

SUITE("phasename", each_phase_has_its_word, a_drain_that_stays_ready_says_so,
        what_was_answered_tells_how_it_went, a_number_stands_for_a_word_and_back)
