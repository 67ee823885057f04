/* A report that somebody else may have written: what is read out of it is a span or nothing. */
#include "fuzz/fuzz.h"

#include "rehearse/told.h"

static void require_span(nsec_t span)
{
	require(span >= 0 && (span == NEVER || span % MSEC == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *report = fuzz_text(bytes, size);
	struct told told = told_read(report);

	require(told.there || !told.forced);
	require_span(told.drain);
	require_span(told.stop);
	require_span(told.stop_length);
	require_span(told.sweep);
	free(report);
	return 0;
}
