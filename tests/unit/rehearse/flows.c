#include "rehearse/flows.h"

#include "text/proc.h"
#include "unit/suite.h"

/* ---- a line ---- */

static bool parse(const char *line, size_t length, struct tuple *out)
{
	char *copy = heap_copy(line, length);
	bool good = tuple_parse(copy, length, out);

	free(copy);
	return good;
}

#define MAPPED "0000000000000000FFFF00000100007F"
#define V6     "B80D0120000000000000000001000000"

START_TEST(a_line_of_ipv4_and_one_of_ipv6_that_maps_it_are_the_same)
{
	struct tuple v4, v6;
	static const char line[] = "   0: 0100007F:1F90 0200007F:9C40 01 00000000:00000000";
	static const char mapped[] =
	        "  12: " MAPPED ":1F90 0000000000000000FFFF00000200007F:9C40 01 0000";

	ck_assert(parse(line, sizeof line - 1, &v4));
	ck_assert(parse(mapped, sizeof mapped - 1, &v6));
	ck_assert_int_eq(v4.local.port, 8080);
	ck_assert_int_eq(v4.remote.port, 40000);
	ck_assert_int_eq(v4.state, TCP_ESTABLISHED);
	ck_assert_int_eq(v6.state, TCP_ESTABLISHED);
	for (int i = 0; i < 2; i++) {
		ck_assert_uint_eq(v4.local.address[i], v6.local.address[i]);
		ck_assert_uint_eq(v4.remote.address[i], v6.remote.address[i]);
	}
	ck_assert_int_eq(v6.local.port, 8080);
	ck_assert_int_eq(v6.remote.port, 40000);
}
END_TEST

START_TEST(an_address_of_ipv6_is_read_whole)
{
	static const char line[] = "   0: " V6 ":0050 " MAPPED ":FFFF 0A 0";
	struct tuple tuple;

	ck_assert(parse(line, sizeof line - 1, &tuple));
	ck_assert_uint_eq(tuple.local.address[0], 0xB80D012000000000);
	ck_assert_uint_eq(tuple.local.address[1], 0x0000000001000000);
	ck_assert_uint_eq(tuple.remote.address[1], 0xFFFF00000100007F);
	ck_assert_int_eq(tuple.local.port, 80);
	ck_assert_int_eq(tuple.remote.port, 65535);
	ck_assert_int_eq(tuple.state, TCP_LISTEN);
}
END_TEST

START_TEST(a_line_that_is_cut_before_its_state_ends_is_refused)
{
	static const char *const lines[] = { "   0: 0100007F:1F90 0200007F:9C40 01",
		"   0: " V6 ":1F90 " MAPPED ":9C40 06" };

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		size_t whole = strlen(lines[i]);
		struct tuple tuple;

		for (size_t length = 0; length < whole; length++)
			ck_assert_msg(!parse(lines[i], length, &tuple), "%zu", length);
		ck_assert(parse(lines[i], whole, &tuple));
	}
}
END_TEST

START_TEST(what_is_no_line_of_the_table_is_refused)
{
	static const char *const cases[] = {
		"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt",
		"   0:0100007F:1F90 0200007F:9C40 01",
		"   0: 0100007F 1F90 0200007F:9C40 01",
		"   0: 010000:1F90 0200007F:9C40 01",
		"   0: 0100007G:1F90 0200007F:9C40 01",
		"   0: 0100007f:1F90 0200007F:9C40 01",
		"   0: 0100007F:1F9/ 0200007F:9C40 01",
		"   0: 0100007F:1F90  0200007F:9C40 01",
		"   0: 0100007F:1F90 0200007F:9C4 01",
		"   0: 0100007F:1F90 0200007F:9C40 :1",
		"   0: 0100007F:1F90 0200007F:9C40\t01",
		"   0: 0000000000000000FFFF00000100007F0:1F90 0200007F:9C40 01",
		"   0: 000000000000000GFFFF00000100007F:1F90 0200007F:9C40 01",
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tuple tuple;
		ck_assert_msg(!parse(cases[i], strlen(cases[i]), &tuple), "%s", cases[i]);
	}
}
END_TEST

/* ---- the table ---- */

static struct flows flows;
static struct tuple table[2 * FLOWS_MOST];
static int count;
static const uint16_t ports[] = { 8080, 9090 };

#define TCP_TIME_WAIT 6

static struct endpoint at(uint64_t host, int port)
{
	return (struct endpoint){ { 0, host }, (uint16_t)port };
}

/* The server's line of a client's connection, and the client's own. */
static void server_side(int port, int client, int state)
{
	table[count++] = (struct tuple){ at(1, port), at(2, client), state };
}

static void client_side(int port, int client, int state)
{
	table[count++] = (struct tuple){ at(2, client), at(1, port), state };
}

static void both(int client, int here, int there)
{
	server_side(8080, client, here);
	client_side(8080, client, there);
}

/* All that was put since the last look. */
static void look(nsec_t now)
{
	flows_look(&flows, table, count, ports, 2, now);
	count = 0;
}

static void expect_counts(nsec_t stop, nsec_t killed, struct flow_counts expected)
{
	struct flow_counts counts = flows_count(&flows, stop, killed);

	ck_assert_int_eq(counts.at_stop, expected.at_stop);
	ck_assert_int_eq(counts.finished, expected.finished);
	ck_assert_int_eq(counts.reset, expected.reset);
	ck_assert_int_eq(counts.open_at_end, expected.open_at_end);
}

static void expect_end(int flow, enum flow_end end, nsec_t ended)
{
	ck_assert_int_lt(flow, flows.count);
	ck_assert_int_eq(flows.list[flow].end, end);
	ck_assert_int_eq(flows.list[flow].ended, ended);
}

START_TEST(a_connection_is_met_once_and_is_open_while_it_is_there)
{
	both(5000, TCP_ESTABLISHED, TCP_ESTABLISHED);
	look(10);
	both(5000, TCP_ESTABLISHED, TCP_ESTABLISHED);
	look(20);
	ck_assert_int_eq(flows.count, 1);
	ck_assert_int_eq(flows.list[0].from, 10);
	ck_assert(flows.list[0].near);
	expect_end(0, FLOW_OPEN, NEVER);
	expect_counts(15, NEVER, (struct flow_counts){ .at_stop = 1, .open_at_end = 1 });
}
END_TEST

START_TEST(a_client_that_has_said_all_still_needs_its_server)
{
	both(5000, TCP_CLOSE_WAIT, TCP_FIN_WAIT2);
	look(10);
	ck_assert_int_eq(flows.count, 1);
	both(5000, TCP_CLOSE_WAIT, TCP_FIN_WAIT2);
	look(20);
	expect_end(0, FLOW_OPEN, NEVER);
}
END_TEST

START_TEST(one_that_a_side_has_closed_is_finished)
{
	both(5000, TCP_ESTABLISHED, TCP_ESTABLISHED);
	both(5001, TCP_ESTABLISHED, TCP_ESTABLISHED);
	both(5002, TCP_ESTABLISHED, TCP_ESTABLISHED);
	look(10);
	both(5000, TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
	client_side(8080, 5001, TCP_TIME_WAIT);
	server_side(8080, 5002, TCP_TIME_WAIT);
	look(20);
	for (int i = 0; i < 3; i++)
		expect_end(i, FLOW_FINISHED, 20);
	expect_counts(15, NEVER, (struct flow_counts){ .at_stop = 3, .finished = 3 });
}
END_TEST

START_TEST(one_that_is_gone_at_once_on_both_sides_was_reset)
{
	both(5000, TCP_ESTABLISHED, TCP_ESTABLISHED);
	look(10);
	look(20);
	expect_end(0, FLOW_RESET, 20);
	expect_counts(10, NEVER, (struct flow_counts){ .at_stop = 1, .reset = 1 });
}
END_TEST

START_TEST(of_one_from_elsewhere_nothing_tells_that_it_was_reset)
{
	server_side(8080, 5000, TCP_ESTABLISHED);
	look(10);
	look(20);
	ck_assert(!flows.list[0].near);
	expect_end(0, FLOW_FINISHED, 20);
}
END_TEST

START_TEST(a_look_that_was_not_at_one_instant_waits_for_the_next)
{
	both(5000, TCP_ESTABLISHED, TCP_ESTABLISHED);
	look(10);
	client_side(8080, 5000, TCP_ESTABLISHED);
	look(20);
	expect_end(0, FLOW_OPEN, NEVER);
	look(30);
	expect_end(0, FLOW_RESET, 30);
}
END_TEST

START_TEST(what_has_ended_stays_so_and_its_ports_may_come_again)
{
	both(5000, TCP_ESTABLISHED, TCP_ESTABLISHED);
	look(10);
	look(20);
	both(5000, TCP_ESTABLISHED, TCP_ESTABLISHED);
	look(30);
	ck_assert_int_eq(flows.count, 2);
	expect_end(0, FLOW_RESET, 20);
	expect_end(1, FLOW_OPEN, NEVER);
}
END_TEST

START_TEST(only_the_programs_ports_count_and_only_what_is_open)
{
	server_side(8081, 5000, TCP_ESTABLISHED);
	server_side(9090, 5001, TCP_ESTABLISHED);
	server_side(8080, 5002, TCP_TIME_WAIT);
	server_side(8080, 0, TCP_LISTEN);
	look(10);
	ck_assert_int_eq(flows.count, 1);
	ck_assert_int_eq(flows.list[0].local.port, 9090);
	flows_look(&flows, table, 0, ports, 0, 20);
	expect_end(0, FLOW_FINISHED, 20);
}
END_TEST

START_TEST(connections_differ_by_each_end)
{
	table[count++] = (struct tuple){ at(1, 8080), at(2, 5000), TCP_ESTABLISHED };
	table[count++] = (struct tuple){ at(1, 8080), at(2, 5001), TCP_ESTABLISHED };
	table[count++] = (struct tuple){ at(1, 8080), at(3, 5000), TCP_ESTABLISHED };
	table[count++] = (struct tuple){ at(9, 8080), at(2, 5000), TCP_ESTABLISHED };
	table[count++] = (struct tuple){ at(1, 9090), at(2, 5000), TCP_ESTABLISHED };
	table[count++] = (struct tuple){ { { 7, 1 }, 8080 }, at(2, 5000), TCP_ESTABLISHED };
	table[count++] = table[0];
	look(10);
	ck_assert_int_eq(flows.count, 6);
}
END_TEST

START_TEST(our_own_connections_are_left_out)
{
	flows_own(&flows, 5000);
	flows_own(&flows, 0);
	flows_own(&flows, 65535);
	server_side(8080, 5000, TCP_ESTABLISHED);
	server_side(8080, 65535, TCP_ESTABLISHED);
	server_side(8080, 4999, TCP_ESTABLISHED);
	server_side(8080, 5001, TCP_ESTABLISHED);
	server_side(8080, 5008, TCP_ESTABLISHED);
	look(10);
	ck_assert_int_eq(flows.count, 3);
}
END_TEST

START_TEST(where_there_is_no_room_the_one_that_finished_first_makes_it)
{
	for (int i = 0; i < FLOWS_MOST; i++)
		server_side(8080, 1024 + i, TCP_ESTABLISHED);
	look(10);
	ck_assert_int_eq(flows.count, FLOWS_MOST);
	/* All are open: the next is passed over. */
	for (int i = 0; i <= FLOWS_MOST; i++)
		server_side(8080, 1024 + i, TCP_ESTABLISHED);
	look(20);
	ck_assert_int_eq(flows.count, FLOWS_MOST);
	for (int i = 0; i < FLOWS_MOST; i++)
		ck_assert_int_eq(flows.list[i].end, FLOW_OPEN);
	/* 7 finishes, then 3 and 9. */
	for (int i = 0; i < FLOWS_MOST; i++) {
		if (i != 7)
			server_side(8080, 1024 + i, TCP_ESTABLISHED);
	}
	look(30);
	for (int i = 0; i < FLOWS_MOST; i++) {
		if (i != 3 && i != 7 && i != 9)
			server_side(8080, 1024 + i, TCP_ESTABLISHED);
	}
	look(40);
	for (int i = 0; i < FLOWS_MOST; i++) {
		if (i != 3 && i != 7 && i != 9)
			server_side(8080, 1024 + i, TCP_ESTABLISHED);
	}
	server_side(8080, 60000, TCP_ESTABLISHED);
	look(50);
	ck_assert_int_eq(flows.count, FLOWS_MOST);
	ck_assert_int_eq(flows.list[7].remote.port, 60000);
	expect_end(7, FLOW_OPEN, NEVER);
	expect_end(3, FLOW_FINISHED, 40);
}
END_TEST

START_TEST(what_ended_before_the_stop_request_does_not_count)
{
	both(5000, TCP_ESTABLISHED, TCP_ESTABLISHED);
	both(5001, TCP_ESTABLISHED, TCP_ESTABLISHED);
	look(10);
	both(5001, TCP_ESTABLISHED, TCP_ESTABLISHED);
	look(20);
	both(5001, TCP_FIN_WAIT1, TCP_CLOSE_WAIT);
	both(5002, TCP_ESTABLISHED, TCP_ESTABLISHED);
	look(30);
	look(40);
	/* 5000 was reset at 20, 5001 finished at 30, 5002 came at 30 and was reset at 40. */
	expect_counts(19, NEVER, (struct flow_counts){ 2, 1, 2, 0 });
	expect_counts(20, NEVER, (struct flow_counts){ 1, 1, 1, 0 });
	expect_counts(30, NEVER, (struct flow_counts){ 1, 0, 1, 0 });
	expect_counts(40, NEVER, (struct flow_counts){ 0 });
}
END_TEST

START_TEST(what_ended_with_sigkill_was_open_until_it)
{
	both(5000, TCP_ESTABLISHED, TCP_ESTABLISHED);
	both(5001, TCP_ESTABLISHED, TCP_ESTABLISHED);
	look(10);
	both(5001, TCP_ESTABLISHED, TCP_ESTABLISHED);
	look(20);
	client_side(8080, 5001, TCP_TIME_WAIT);
	look(30);
	expect_counts(10, 30, (struct flow_counts){ 2, 0, 1, 1 });
	expect_counts(10, 20, (struct flow_counts){ 2, 0, 0, 2 });
	expect_counts(10, 31, (struct flow_counts){ 2, 1, 1, 0 });
}
END_TEST

SUITE("flows", a_line_of_ipv4_and_one_of_ipv6_that_maps_it_are_the_same,
        an_address_of_ipv6_is_read_whole, a_line_that_is_cut_before_its_state_ends_is_refused,
        what_is_no_line_of_the_table_is_refused,
        a_connection_is_met_once_and_is_open_while_it_is_there,
        a_client_that_has_said_all_still_needs_its_server,
        one_that_a_side_has_closed_is_finished,
        one_that_is_gone_at_once_on_both_sides_was_reset,
        of_one_from_elsewhere_nothing_tells_that_it_was_reset,
        a_look_that_was_not_at_one_instant_waits_for_the_next,
        what_has_ended_stays_so_and_its_ports_may_come_again,
        only_the_programs_ports_count_and_only_what_is_open, connections_differ_by_each_end,
        our_own_connections_are_left_out,
        where_there_is_no_room_the_one_that_finished_first_makes_it,
        what_ended_before_the_stop_request_does_not_count,
        what_ended_with_sigkill_was_open_until_it)
