#include "output/advice.h"

#include "unit/output/drawn.h"

#define KUBERNETES "KUBERNETES_SERVICE_HOST=10.0.0.1"

static char text[ADVICE_BYTES + 1];

static const char *advice(const char *environment, const char *arguments)
{
	struct writer writer = writer_on(text, ADVICE_BYTES);

	advice_write(&writer, plan_of(environment, arguments));
	ck_assert(!writer.full);
	text[writer.length] = '\0';
	return text;
}

static void expect_note(const char *environment, const char *arguments, const char *note)
{
	ck_assert_msg(
	        strstr(advice(environment, arguments), note), "no '%s' in:\n%s", note, text);
}

static void expect_silence(const char *environment, const char *arguments, const char *note)
{
	ck_assert_msg(
	        !strstr(advice(environment, arguments), note), "'%s' in:\n%s", note, text);
}

START_TEST(all_that_can_be_said_of_a_pod_without_options)
{
	ck_assert_str_eq(advice(KUBERNETES, "--plan"),
	        "the grace period is assumed: state what the platform gives with --grace or "
	        "DRAINIT_GRACE\n"
	        "no drain: a Service sends requests for seconds after the stop signal, to a "
	        "program "
	        "that has closed: --drain-min 5s\n"
	        "a preStop hook's time is not seen here: state it with --spent (sleep 15: "
	        "--spent "
	        "15s), or make 'drainit --prestop' the hook\n"
	        "only TERM and INT start the shutdown: where the image has another STOPSIGNAL "
	        "(nginx "
	        "QUIT, httpd WINCH, haproxy USR1) name it: --stop-signals QUIT, or with TERM "
	        "sent: -r "
	        "TERM:QUIT\n"
	        "the whole group has the stop signal: a master that drains its own workers "
	        "(php-fpm, "
	        "gunicorn, celery, PostgreSQL) wants -c\n");
}
END_TEST

START_TEST(a_grace_period_that_nobody_stated)
{
	expect_note("", "--plan", "the grace period is assumed: ");
	expect_silence("", "--grace|10s", "the grace period is assumed");
	expect_silence("DRAINIT_GRACE=10s", "--plan", "the grace period is assumed");
	/* It has been said, with what was cut. */
	expect_silence("", "--drain-min|20s", "the grace period is assumed");
}
END_TEST

START_TEST(a_grace_period_below_the_platforms_usual)
{
	expect_note(KUBERNETES, "--grace|10s", "10s (--grace) is below the usual 30s: ");
	expect_note(
	        "DRAINIT_GRACE=5s", "--plan", "5s (DRAINIT_GRACE) is below the usual 10s: ");
	expect_silence("", "--grace|10s", "below the usual");
	expect_silence(KUBERNETES, "--grace|30s", "below the usual");
	expect_silence(KUBERNETES, "--grace|infinity", "below the usual");
	expect_silence("", "--plan", "below the usual");
}
END_TEST

START_TEST(no_drain)
{
	expect_note(KUBERNETES, "--grace|30s", "no drain: a Service sends requests");
	expect_note("", "--grace|30s", "no drain: a proxy or balancer in front");
	expect_silence(KUBERNETES, "--drain-min|5s", "no drain");
	expect_silence("", "--drain-idle", "no drain");
	expect_silence("", "--drain|x", "no drain");
	/* One that was cut was asked for. */
	expect_silence("NOMAD_ALLOC_ID=x", "--drain|x|--margin|2500ms|--after|y|--spent|4s",
	        "no drain");
}
END_TEST

START_TEST(what_another_hook_has_spent)
{
	expect_note(KUBERNETES, "--drain-min|5s", "a preStop hook's time is not seen here");
	expect_silence(KUBERNETES, "--spent|0", "preStop");
	expect_silence("DRAINIT_SPENT=15s|" KUBERNETES, "--plan", "preStop");
	expect_silence("", "--plan", "preStop");
}
END_TEST

START_TEST(a_ready_file_that_goes_with_the_drain)
{
	expect_note("", "--ready-file|r|--drain-min|1s",
	        "the ready file goes when the drain begins");
	expect_silence("", "--ready-file|r", "the ready file");
	expect_silence("", "--drain-min|1s", "the ready file");
	expect_silence(
	        "", "--ready-file|r|--drain-min|1s|--ready-until|stop", "the ready file");
}
END_TEST

START_TEST(stop_signals_that_an_image_may_not_have)
{
	expect_note("", "--plan", "only TERM and INT start the shutdown");
	expect_silence("", "--stop-signals|TERM,QUIT", "STOPSIGNAL");
	expect_silence("", "-r|TERM:QUIT", "STOPSIGNAL");
}
END_TEST

START_TEST(who_has_the_stop_signal)
{
	expect_note("", "--plan", "the whole group has the stop signal: a master");
	expect_note("", "-c", "only the main child has the stop signal: a shell");
	expect_silence("", "-c", "the whole group");
	expect_silence("", "-g", "only the main child");
}
END_TEST

START_TEST(all_that_applies_at_once_fits_in_a_line_each)
{
	for (int i = 0; i < SAMPLES; i++) {
		const char *line = advice(samples[i].environment, samples[i].arguments);

		for (; *line != '\0'; line += strcspn(line, "\n") + 1)
			ck_assert_int_eq(line[strcspn(line, "\n")], '\n');
	}
}
END_TEST

SUITE("advice", all_that_can_be_said_of_a_pod_without_options,
        a_grace_period_that_nobody_stated, a_grace_period_below_the_platforms_usual, no_drain,
        what_another_hook_has_spent, a_ready_file_that_goes_with_the_drain,
        stop_signals_that_an_image_may_not_have, who_has_the_stop_signal,
        all_that_applies_at_once_fits_in_a_line_each)
