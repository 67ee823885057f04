#include "rehearse/result.h"

#include <ctype.h>

#include "unit/rehearse/rehearsed.h"

static char text[RESULT_BYTES + 1];

/* ---- is it JSON (RFC 8259)? Each returns what stands behind it, or NULL. ---- */

static const char *skip_value(const char *at);

static const char *skip_string(const char *at)
{
	if (*at++ != '"')
		return NULL;
	while (*at != '"') {
		if ((unsigned char)*at < 0x20)
			return NULL;
		if (*at++ != '\\')
			continue;
		if (*at == 'u' && strspn(at + 1, "0123456789abcdef") >= 4)
			at += 5;
		else if (*at != '\0' && strchr("\"\\/bfnrt", *at))
			at++;
		else
			return NULL;
	}
	return at + 1;
}

static const char *skip_number(const char *at)
{
	at += *at == '-';
	if (!isdigit((unsigned char)*at) || (*at == '0' && isdigit((unsigned char)at[1])))
		return NULL;
	return at + strspn(at, "0123456789");
}

static const char *skip_members(const char *at, char end, bool keys)
{
	if (*at == end)
		return at + 1;
	for (;; at++) {
		if (keys) {
			at = skip_string(at);
			if (!at || *at++ != ':')
				return NULL;
		}
		at = skip_value(at);
		if (!at || *at == end)
			return at ? at + 1 : NULL;
		if (*at != ',')
			return NULL;
	}
}

static const char *skip_value(const char *at)
{
	static const char *const words[] = { "true", "false", "null" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strncmp(at, words[i], strlen(words[i])) == 0)
			return at + strlen(words[i]);
	}
	if (*at == '{' || *at == '[')
		return skip_members(at + 1, *at == '{' ? '}' : ']', *at == '{');
	return *at == '"' ? skip_string(at) : skip_number(at);
}

static bool is_json_line(const char *line)
{
	const char *end = *line == '{' ? skip_value(line) : NULL;

	return end && strcmp(end, "\n") == 0;
}

START_TEST(what_checks_the_json_is_checked)
{
	static const char *const bad[] = { "", "\n", "{}", "[]\n", "{,}\n", "{\"a\":1,}\n",
		"{\"a\" 1}\n", "{\"a\":}\n", "{\"a\":01}\n", "{\"a\":\"\x01\"}\n",
		"{\"a\":\"\\x\"}\n", "{\"a\":[1 2]}\n", "{\"a\":[1,2}\n", "{\"a\":1}}\n",
		"{a:1}\n" };

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_msg(!is_json_line(bad[i]), "%s", bad[i]);
	ck_assert(is_json_line("{}\n"));
	ck_assert(is_json_line(
	        "{\"a\":[],\"b\":{\"c\":-12,\"d\":null},\"e\":[0,\"\\u001f\"]}\n"));
}
END_TEST

/* ---- the result ---- */

static const char *written(void)
{
	struct writer writer = writer_on(text, RESULT_BYTES);

	conclude();
	result_write(&writer, &facts, &verdict, &advice);
	ck_assert(!writer.full);
	text[writer.length] = '\0';
	ck_assert_msg(is_json_line(text), "%s", text);
	return text;
}

static void expect_part(const char *part)
{
	ck_assert_msg(strstr(written(), part), "no %s in %s", part, text);
}

START_TEST(a_stop_in_order_in_full)
{
	in_order(DRAINS, 5 * SEC);
	facts.connections = (struct flow_counts){ 2, 3, 0, 0 };
	ck_assert_str_eq(written(),
	        "{\"verdict\":\"good\",\"answers\":{"
	        "\"refused\":{\"answer\":\"yes\",\"evidence\":\"stop signal at +5s, refused "
	        "from +5.02s on; the last was taken at +4.95s\"},"
	        "\"completed\":{\"answer\":\"yes\",\"evidence\":\"1 request was in flight at "
	        "the stop signal and came to the end; 3 connections of other clients were "
	        "closed in order\"},"
	        "\"released\":{\"answer\":\"yes\",\"evidence\":\"no process and no listener "
	        "outlived the main child, gone at +5.3s\"},"
	        "\"exit\":{\"answer\":\"yes\",\"evidence\":\"0 after 5.31s of 30s\"}},"
	        "\"exit_status\":0,\"killed_by_runtime\":false,\"grace_ms\":30000,\"used_ms\":"
	        "5310,\"listened_ms\":200,\"ports\":[8080],\"phases\":["
	        "{\"phase\":\"drain\",\"start_ms\":0,\"ms\":5000},"
	        "{\"phase\":\"stop\",\"start_ms\":5000,\"ms\":300}],"
	        "\"listener_closed_ms\":5020,"
	        "\"connections\":{\"at_stop\":2,\"finished\":3,\"reset\":0,\"open_at_end\":0},"
	        "\"requests\":{\"made\":13,\"in_flight\":1,\"completed\":13,\"refused\":0,"
	        "\"cut\":0},\"leftovers\":[],\"advice\":[]}\n");
}
END_TEST

START_TEST(a_stop_that_went_wrong_says_how)
{
	in_order(THIRTY, 0);
	facts.killed_by_runtime = true;
	facts.exit_status = 137;
	facts.exited = 30 * SEC;
	facts.requests.list[0].fate = FATE_CUT;
	leftover(11, "a \"b\" \\c");
	leftover(12, "d");
	expect_part("{\"verdict\":\"bad\",");
	expect_part("\"completed\":{\"answer\":\"no\",");
	expect_part("\"exit_status\":137,\"killed_by_runtime\":true,");
	expect_part("\"cut\":1}");
	expect_part("\"leftovers\":[{\"pid\":11,\"command\":\"a \\\"b\\\" \\\\c\"},"
	            "{\"pid\":12,\"command\":\"d\"}],\"advice\":[\"it does not end on TERM");
}
END_TEST

START_TEST(what_was_not_tried_says_so)
{
	in_order(THIRTY, 0);
	facts.requests = (struct requests){ .made = false };
	expect_part("{\"verdict\":\"bad\",");
	expect_part("\"completed\":{\"answer\":\"untried\",");
	expect_part("\"requests\":{\"made\":0,\"in_flight\":0,\"completed\":0,\"refused\":0,"
	            "\"cut\":0}");
}
END_TEST

START_TEST(what_did_not_happen_is_null_or_left_out)
{
	in_order("--grace|infinity|x", 0);
	facts.listened = facts.listener_closed = NEVER;
	facts.port_count = 0;
	expect_part("\"grace_ms\":null,\"used_ms\":310,\"listened_ms\":null,\"ports\":[],"
	            "\"phases\":[{\"phase\":\"stop\",\"start_ms\":0,\"ms\":300}],"
	            "\"listener_closed_ms\":null,");
}
END_TEST

START_TEST(what_was_spent_before_was_used_too)
{
	in_order("--grace|30s|--spent|5s|x", 0);
	expect_part("\"grace_ms\":30000,\"used_ms\":5310,");
}
END_TEST

START_TEST(leftovers_have_a_phase_and_a_main_child_that_ended_before_has_no_stop)
{
	in_order(DRAINS, 5 * SEC);
	facts.told.sweep = 10 * MSEC;
	facts.main_gone = 4 * SEC;
	expect_part("\"phases\":[{\"phase\":\"drain\",\"start_ms\":0,\"ms\":5000},"
	            "{\"phase\":\"sweep\",\"start_ms\":4000,\"ms\":1310}],");
}
END_TEST

/* All of one kind, as long as it gets. */
static void given_many(char byte)
{
	char command[SEEN_COMMAND];

	in_order("--grace|87600h|--drain-min|1s|--margin|10s|x", 87000LL * 3600 * SEC);
	memset(command, byte, sizeof command - 1);
	command[sizeof command - 1] = '\0';
	for (int i = 0; i < LEFT_MOST; i++)
		leftover(4194304, command);
	for (int i = 0; i < 16; i++)
		ports[i] = (uint16_t)(65535 - i);
	facts.port_count = 16;
	facts.main_name = "busybox";
	facts.main_child = "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"";
	facts.server = "php-fpm8.2";
	facts.exit_status = 255;
	facts.told.sweep = SEC;
	facts.requests.before = facts.requests.failed_before = 1000000000;
	facts.connections = (struct flow_counts){ FLOWS_MOST, FLOWS_MOST, FLOWS_MOST, 0 };
	while (facts.requests.count < ASKED_MOST)
		request(0, 87001LL * 3600 * SEC, FATE_CUT);
}

START_TEST(whatever_stands_in_commands_it_is_valid_and_fits)
{
	for (int byte = 1; byte < 256; byte++) {
		given_many((char)byte);
		written();
	}
}
END_TEST

/* Each fact takes each of its values, by a generator whose runs can be repeated. */
static unsigned next_number(unsigned below)
{
	static uint64_t state = 42;

	state = state * 6364136223846793005U + 1442695040888963407U;
	return (unsigned)(state >> 33) % below;
}

static nsec_t some_instant(void)
{
	static const nsec_t instants[] = { 0, 1, 20 * MSEC, 4999 * MSEC, 5 * SEC, 5500 * MSEC,
		30 * SEC, NEVER };

	return instants[next_number(sizeof instants / sizeof *instants)];
}

static nsec_t some_end(void)
{
	return nsec_min(some_instant(), 31 * SEC);
}

static void given_some_facts(void)
{
	static const char *const plans[] = { THIRTY, DRAINS, "--grace|infinity|x",
		"--grace|30s|-r|TERM:0|x", "--grace|10s|--spent|2s|--drain|y|-c|x" };
	static const char *const names[] = { NULL, "sh", "nginx", "postgres", "a\xff\"\n" };

	rehearsed(plans[next_number(5)], some_end());
	facts.main_name = names[next_number(5)];
	facts.main_child = names[next_number(5)];
	facts.server = names[next_number(5)];
	facts.listened = some_instant();
	facts.port_count = (int)next_number(3);
	ports[1] = 9090;
	facts.signalled = some_instant();
	facts.main_gone = some_instant();
	facts.exited = some_end();
	facts.listener_closed = some_instant();
	facts.exit_status = (int)next_number(256);
	facts.killed_by_runtime = next_number(4) == 0;
	facts.told = (struct told){ next_number(2), next_number(4) == 0, next_number(2),
		some_instant(), some_instant(), some_instant(), some_instant() };
	facts.requests.made = next_number(2);
	facts.requests.count = 0;
	for (unsigned i = next_number(5); i > 0; i--) {
		nsec_t at = some_end();
		struct asked *asked = request(
		        at, nsec_max(at, some_end()), FATE_WHOLE + (enum fate)next_number(4));

		asked->status = next_number(2) ? 200 : 0;
		asked->of = next_number(2) ? 65536 : -1;
	}
	for (unsigned i = next_number(6); i > 0; i--)
		probe_port(next_number(2) ? -MSEC : some_end(), ports[next_number(2)],
		        (enum probed)next_number(3));
	facts.connections = (struct flow_counts){ (int)next_number(3), (int)next_number(3),
		(int)next_number(3), (int)next_number(3) };
	facts.flows_seen = next_number(2);
	for (unsigned i = next_number(5); i > 0; i--)
		leftover((int)i, next_number(2) ? "worker" : "a\xff\"\n");
}

START_TEST(it_is_valid_for_facts_of_every_kind)
{
	for (int i = 0; i < 5000; i++) {
		given_some_facts();
		written();
		for (int question = 0; question < QUESTIONS; question++)
			ck_assert_uint_gt(strlen(verdict.evidence[question]), 0);
		for (int each = 0; each < advice.count; each++)
			ck_assert_uint_gt(strlen(advice.list[each]), 0);
	}
}
END_TEST

SUITE("result", what_checks_the_json_is_checked, a_stop_in_order_in_full,
        a_stop_that_went_wrong_says_how, what_was_not_tried_says_so,
        what_did_not_happen_is_null_or_left_out, what_was_spent_before_was_used_too,
        leftovers_have_a_phase_and_a_main_child_that_ended_before_has_no_stop,
        whatever_stands_in_commands_it_is_valid_and_fits, it_is_valid_for_facts_of_every_kind)
