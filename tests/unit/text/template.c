#include <check.h>
#include <errno.h>
#include <signal.h>

#include "text/sigtext.h"
#include "text/template.h"
#include "unit/suite.h"

static const struct places places = {
	.path = "/sbin/tini",
	.program = "tini",
	.pid = 7,
	.child = 12,
	.value = "a\033b",
	.letter = 'x',
	.number = SIGTERM,
	.other = SIGQUIT,
	.error = ENOENT,
};

static void expect_written(const char *text, const char *expected)
{
	char bytes[128];
	struct writer writer = writer_on(bytes, sizeof(bytes) - 1);

	write_template(&writer, text, &places);
	bytes[writer.length] = '\0';
	ck_assert_str_eq(bytes, expected);
}

START_TEST(each_place_is_filled)
{
	expect_written("$a $0 ($p) $c -$o", "/sbin/tini tini (7) 12 -x");
	expect_written("$n $m $s: $e", "15 3 Terminated: No such file or directory");
}
END_TEST

START_TEST(a_value_brings_no_control_characters)
{
	expect_written("[$v]", "[a?b]");
}
END_TEST

START_TEST(a_dollar_stays_one)
{
	expect_written("1$$ $", "1$ $");
}
END_TEST

START_TEST(signals_have_the_words_of_strsignal)
{
	char bytes[128];
	struct writer writer = writer_on(bytes, sizeof(bytes) - 1);
	static const int signals[] = { SIGKILL, SIGUSR1, 0, 33, 34, 64, 65 };

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		write_sigtext(&writer, signals[i]);
		write_char(&writer, ';');
	}
	expect_text(writer, "Killed;User defined signal 1;Unknown signal;Unknown signal;"
	                    "Real-time signal 0;Real-time signal 30;Unknown signal;");
}
END_TEST

SUITE("template", each_place_is_filled, a_value_brings_no_control_characters,
        a_dollar_stays_one, signals_have_the_words_of_strsignal)
