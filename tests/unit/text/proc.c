#include "text/proc.h"

#include <string.h>

#include "unit/suite.h"

#define TAIL " 0 -1 4194560 100 0 0 0 1 2 3 4 20 0 3 0 "

static bool parse(const char *text, struct proc_stat *out)
{
	/* Without a NUL behind it, as read() leaves it. */
	size_t length = strlen(text);
	char *bytes = heap_copy(text, length);
	bool whole = proc_stat_parse(bytes, length, out);
	free(bytes);
	return whole;
}

START_TEST(a_stat_line_is_read_to_its_start_time)
{
	struct proc_stat stat;

	ck_assert(parse("42 (nginx) S 1 40 40" TAIL "987654 1000 20 184467\n", &stat));
	ck_assert_int_eq(stat.pid, 42);
	ck_assert_int_eq(stat.state, 'S');
	ck_assert_int_eq(stat.parent, 1);
	ck_assert_int_eq(stat.group, 40);
	ck_assert_int_eq(stat.threads, 3);
	ck_assert_uint_eq(stat.start_ticks, 987654);
}
END_TEST

START_TEST(a_command_may_hold_parentheses_blanks_and_numbers)
{
	struct proc_stat stat;

	ck_assert(parse("7 (a) R 9 9 (b\n) c)) Z 3 5 5" TAIL "11 0 0\n", &stat));
	ck_assert_int_eq(stat.state, 'Z');
	ck_assert_int_eq(stat.parent, 3);
	ck_assert_int_eq(stat.group, 5);
	ck_assert(parse("7 () D 3 5 5" TAIL "11\n", &stat));
	ck_assert_int_eq(stat.state, 'D');
}
END_TEST

START_TEST(a_line_that_is_cut_is_refused)
{
	static const char line[] = "42 (nginx) S 1 40 40" TAIL "987654 ";

	for (size_t length = 0; length < sizeof(line) - 1; length++) {
		struct proc_stat stat = { .pid = -7 };
		char *bytes = heap_copy(line, length);
		ck_assert(!proc_stat_parse(bytes, length, &stat));
		ck_assert_int_eq(stat.pid, -7);
		free(bytes);
	}
}
END_TEST

START_TEST(a_line_of_another_kind_is_refused)
{
	static const char *const cases[] = { "", ")", "x (a) S 1 1 1" TAIL "1 ",
		"1 a) S 1 1 1" TAIL "1 ", "1 (a)S 1 1 1" TAIL "1 ", "1 (a) SS 1 1 1" TAIL "1 ",
		"1 (a) S x 1 1" TAIL "1 ", "1 (a) S 1 - 1" TAIL "1 ",
		"1 (a) S  1 1 1" TAIL "1 ", "1x(a) S 1 1 1" TAIL "1 ",
		"1 x(a) S 1 1 1" TAIL "1 ", ") 1 (", "1 ) (a S 1 1 1" TAIL "1 " };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct proc_stat stat;
		ck_assert_msg(!parse(cases[i], &stat), "%s", cases[i]);
	}
}
END_TEST

START_TEST(a_cgroup_is_ours_or_below_ours)
{
	static const struct {
		const char *ours, *theirs;
		bool same;
	} cases[] = {
		{ "0::/\n", "0::/\n", true },
		{ "0::/\n", "0::/sub\n", true },
		{ "0::/\n", "0::/../other\n", false },
		{ "0::/\n", "0::/..\n", false },
		{ "0::/\n", "0::/..name\n", true },
		{ "0::/pod/a\n", "0::/pod/a\n", true },
		{ "0::/pod/a\n", "0::/pod/a/sub\n", true },
		{ "0::/pod/a\n", "0::/pod/ab\n", false },
		{ "0::/pod/a\n", "0::/pod\n", false },
		{ "0::/pod/a\n", "0::/pod/b\n", false },
		{ "0::/pod/a\n", "", false },
		{ "0::/pod/a", "0::/pod/a", true },
		{ "", "0::/pod/a\n", true },
		{ "4:memory:/a\n1:name=systemd:/b\n", "1:name=systemd:/b\n4:memory:/a/c\n",
		        true },
		{ "4:memory:/a\n1:name=systemd:/b\n", "1:name=systemd:/\n4:memory:/a\n",
		        false },
		{ "4:memory:/a\n", "5:cpu,cpuacct:/z\n4:memory:/a\n0::/\n", true },
		{ "4:memory:/a\n", "14:memory:/a\n", false },
		{ "0::/a:b\n", "0::/a:b/c\n", true },
		{ "0::/a:b\n", "0::/a:c\n", false },
		/* What is no line of a hierarchy says nothing. */
		{ "nothing\n0::/a\n", "0::/a\n", true },
		{ "4:memory\n0::/a\n", "0::/a\n", true },
		{ "4:memory", "0::/a\n", true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool same = proc_same_cgroup(cases[i].ours, cases[i].theirs);
		ck_assert_msg(same == cases[i].same, "%s%s", cases[i].ours, cases[i].theirs);
	}
}
END_TEST

#define REST                                                                                   \
	" 00000000:00000005 00:00000000 00000000  1000        0 4711 1 0000000000000000 20 4 " \
	"30\n"

static bool parse_tcp(const char *line, size_t length, struct proc_tcp *out)
{
	char *bytes = heap_copy(line, length);
	bool whole = proc_tcp_parse(bytes, length, out);
	free(bytes);
	return whole;
}

START_TEST(a_line_of_tcp_and_of_tcp6_is_read_to_its_inode)
{
	static const char *const lines[] = {
		"   0: 0100007F:1F90 0200007F:9C40 08" REST,
		"12345: 0000000000000000FFFF00000100007F:1F90 "
		"0000000000000000FFFF00000100007F:0001 08" REST,
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct proc_tcp tcp;
		ck_assert_msg(parse_tcp(lines[i], strlen(lines[i]), &tcp), "%s", lines[i]);
		ck_assert_int_eq(tcp.port, 8080);
		ck_assert_int_eq(tcp.state, TCP_CLOSE_WAIT);
		ck_assert_uint_eq(tcp.unread, 5);
		ck_assert_uint_eq(tcp.inode, 4711);
	}
}
END_TEST

START_TEST(a_tcp_line_that_is_cut_before_its_inode_ends_is_refused)
{
	static const char line[] = "   0: 0100007F:1F90 0200007F:9C40 01" REST;
	size_t inode_end = (size_t)(strstr(line, "4711") - line) + 4;

	for (size_t length = 0; length < sizeof(line); length++) {
		struct proc_tcp tcp = { .port = 7 };
		ck_assert_int_eq(parse_tcp(line, length, &tcp), length > inode_end);
		ck_assert_int_eq(tcp.port, length > inode_end ? 8080 : 7);
	}
}
END_TEST

START_TEST(what_is_no_tcp_line_is_refused)
{
	static const char *const cases[] = { "  sl  local_address rem_address   st tx_queue "
		                             "rx_queue tr tm->when retrnsmt   uid\n",
		"\n", "   0: 0100007F 1F90 0200007F:9C40 01" REST,
		"   0: 0100007F:1F90 0200007F:9C40  01" REST,
		"   0: 0100007F:1G90 0200007F:9C40 01" REST };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct proc_tcp tcp;
		ck_assert_msg(!parse_tcp(cases[i], strlen(cases[i]), &tcp), "%s", cases[i]);
	}
}
END_TEST

static int64_t kills(const char *text)
{
	size_t length = strlen(text);
	char *copy = heap_copy(text, length);
	int64_t number = proc_oom_kills(copy, length);

	free(copy);
	return number;
}

START_TEST(oom_kills_are_read_from_either_cgroup)
{
	ck_assert_int_eq(
	        kills("low 0\nhigh 0\nmax 5\noom 2\noom_kill 3\noom_group_kill 1\n"), 3);
	ck_assert_int_eq(kills("oom_kill_disable 0\nunder_oom 0\noom_kill 12"), 12);
	ck_assert_int_eq(kills("oom_kill_disable 0\nunder_oom 0\n"), -1);
	ck_assert_int_eq(kills("oom_kill \n"), -1);
	ck_assert_int_eq(kills("oom_kill x\n"), -1);
	ck_assert_int_eq(kills("oom 2\nlow 0"), -1);
	ck_assert_int_eq(kills(""), -1);
}
END_TEST

SUITE("proc", oom_kills_are_read_from_either_cgroup, a_stat_line_is_read_to_its_start_time,
        a_command_may_hold_parentheses_blanks_and_numbers, a_line_that_is_cut_is_refused,
        a_line_of_another_kind_is_refused, a_cgroup_is_ours_or_below_ours,
        a_line_of_tcp_and_of_tcp6_is_read_to_its_inode,
        a_tcp_line_that_is_cut_before_its_inode_ends_is_refused, what_is_no_tcp_line_is_refused)
