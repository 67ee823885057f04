/* Durations: what is taken lies in its bounds, and is printed so that it is read again as it was, to the millisecond. */
#include "fuzz/fuzz.h"

#include "text/duration.h"

#define LONGEST (10 * 365 * 24 * 3600 * SEC)

static void print(nsec_t span, char text[64])
{
	struct writer writer = writer_on(text, 63);

	write_span(&writer, span);
	require(!writer.full);
	text[writer.length] = '\0';
}

static void print_and_parse(nsec_t span)
{
	struct duration again = { 0 };
	char first[64], second[64];

	print(span, first);
	require(!duration_parse(first, &again));
	require(again.kind == DURATION_SPAN);
	require(again.value - span <= MSEC / 2 && span - again.value <= MSEC / 2);
	require(again.value % MSEC == 0);
	print(again.value, second);
	require(strcmp(first, second) == 0);
}

static void parse(const char *text)
{
	struct duration out, untouched;
	const char *wrong;

	memset(&untouched, 0x5a, sizeof untouched);
	out = untouched;
	wrong = duration_parse(text, &out);
	if (wrong) {
		require(*wrong != '\0' && memcmp(&out, &untouched, sizeof out) == 0);
		return;
	}
	switch (out.kind) {
	case DURATION_SPAN:
		require(out.value >= 0 && out.value <= LONGEST);
		print_and_parse(out.value);
		break;
	case DURATION_SHARE:
		require(out.value >= 0 && out.value <= SHARE_WHOLE);
		break;
	case DURATION_INFINITE:
		require(out.value == NEVER && strcmp(text, "infinity") == 0);
		break;
	case DURATION_UNSET:
		require(false);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = fuzz_text(bytes, size);
	nsec_t span = 0;
	char printed[64];

	parse(text);
	free(text);
	memcpy(&span, bytes, size < sizeof span ? size : sizeof span);
	print(span, printed);
	if (span >= 0 && span <= LONGEST)
		print_and_parse(span);
	return 0;
}
