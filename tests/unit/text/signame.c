#include "text/signame.h"

#include <signal.h>
#include <string.h>

#include "unit/suite.h"

START_TEST(names_and_numbers_are_signals)
{
	static const struct {
		const char *text;
		int signal;
	} cases[] = {
		{ "TERM", SIGTERM },
		{ "SIGTERM", SIGTERM },
		{ "term", SIGTERM },
		{ "SigTerm", SIGTERM },
		{ "15", SIGTERM },
		{ "1", 1 },
		{ "01", 1 },
		{ "31", 31 },
		{ "34", 34 },
		{ "64", 64 },
		{ "STKFLT", 16 },
		{ "CLD", SIGCHLD },
		{ "IOT", SIGABRT },
		{ "POLL", SIGIO },
		{ "SYS", 31 },
		{ "RTMIN", 34 },
		{ "RTMIN+0", 34 },
		{ "RTMIN+3", 37 },
		{ "SIGRTMIN+30", 64 },
		{ "rtmax", 64 },
		{ "RTMAX-30", 34 },
		{ "SIGRTMAX-1", 63 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int signal = signame_parse(cases[i].text, strlen(cases[i].text));
		ck_assert_msg(signal == cases[i].signal, "%s: %d", cases[i].text, signal);
	}
}
END_TEST

START_TEST(what_is_no_signal_is_refused)
{
	static const char *const cases[] = { "", "0", "32", "33", "65", "99", "-1", "+1", "015",
		"1x", "SIG", "SIG15", "SIGSIGTERM", "TER", "TERMS", " TERM", "TERM ", "RTMIN+",
		"RTMIN+31", "RTMIN-1", "RTMAX+1", "RTMAX-31", "RTMIN3", "RTMIN+1x", "RTMIN+100",
		"RTMI", "EXIT", "TER{", "4294967311" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int signal = signame_parse(cases[i], strlen(cases[i]));
		ck_assert_msg(signal == 0, "%s: %d", cases[i], signal);
	}
}
END_TEST

START_TEST(nothing_behind_the_length_is_read)
{
	ck_assert_int_eq(signame_parse("TERM:QUIT", 4), SIGTERM);
	ck_assert_int_eq(signame_parse("RTMIN+33", 7), 37);
	ck_assert_int_eq(signame_parse("155", 2), 15);
	ck_assert_int_eq(signame_parse("TERM", 0), 0);
}
END_TEST

START_TEST(a_written_signal_is_read_back_as_the_same)
{
	for (int signal = 1; signal <= 64; signal++) {
		char bytes[16];
		struct writer writer = writer_on(bytes, sizeof(bytes));
		bool libc = signal == 32 || signal == 33;
		write_signal(&writer, signal);
		ck_assert_int_eq(signame_parse(bytes, writer.length), libc ? 0 : signal);
	}
}
END_TEST

START_TEST(signals_have_their_shortest_names)
{
	char bytes[64];
	struct writer writer = writer_on(bytes, sizeof(bytes) - 1);

	static const int signals[] = { SIGHUP, SIGTERM, SIGSYS, 32, 34, 37, 64, 0, 65 };
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		write_signal(&writer, signals[i]);
		write_char(&writer, ' ');
	}
	expect_text(writer, "HUP TERM SYS 32 RTMIN RTMIN+3 RTMIN+30 0 65 ");
}
END_TEST

SUITE("signame", names_and_numbers_are_signals, what_is_no_signal_is_refused,
        nothing_behind_the_length_is_read, a_written_signal_is_read_back_as_the_same,
        signals_have_their_shortest_names)
