/* Signals: what is taken is one that can be sent, in either case, with SIG and without, and as it is printed. */
#include "fuzz/fuzz.h"

#include "text/errname.h"
#include "text/sigtext.h"
#include "text/signame.h"

static void print_and_parse(int signal)
{
	char text[32];
	struct writer writer = writer_on(text, sizeof text);

	write_signal(&writer, signal);
	require(!writer.full && signame_parse(text, writer.length) == signal);
}

static void describe(int number)
{
	char text[128];
	struct writer writer = writer_on(text, sizeof text);

	write_signal(&writer, number);
	write_sigtext(&writer, number);
	write_error(&writer, number);
	require(!writer.full);
	require_plain(text, writer.length, "");
}

static int parse_changed(const uint8_t *bytes, size_t size, const char *prefix, bool lower)
{
	size_t before = strlen(prefix);
	char *text = malloc(before + size + 1);
	int signal;

	require(text);
	for (size_t i = 0; i < before + size; i++) {
		char c = i < before ? prefix[i] : (char)bytes[i - before];
		bool turns = lower ? c >= 'A' && c <= 'Z' : c >= 'a' && c <= 'z';

		text[i] = turns ? (char)(c ^ 0x20) : c;
	}
	signal = signame_parse(text, before + size);
	free(text);
	return signal;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = fuzz_copy(bytes, size);
	int signal = signame_parse(text, size);

	require((signal >= 0 && signal <= 31) || (signal >= 34 && signal <= 64));
	require(parse_changed(bytes, size, "", true) == signal);
	require(parse_changed(bytes, size, "", false) == signal);
	if (signal > 0) {
		bool bare = (*bytes | 0x20) >= 'a' && parse_changed(bytes, size, "SIG", false);

		print_and_parse(signal);
		require(!bare || parse_changed(bytes, size, "SIG", false) == signal);
	}
	free(text);
	for (size_t i = 0; i < size && i < 4; i++)
		describe((int8_t)bytes[i]);
	return 0;
}
