#include "text/dns.h"

#include <string.h>

#include "unit/suite.h"

static uint8_t query[DNS_MESSAGE], reply[DNS_MESSAGE];
static size_t query_length, reply_length;
static struct dns_addresses found;

static void given_question(const char *name, enum dns_type type)
{
	memset(&found, 0, sizeof(found));
	query_length = dns_query(query, 0x1234, name, type);
	ck_assert_uint_gt(query_length, 0);
	/* A reply begins as the question, with the bit that says so. */
	memcpy(reply, query, query_length);
	reply[2] |= 0x80;
	reply_length = query_length;
}

static void put(const void *bytes, size_t length)
{
	memcpy(reply + reply_length, bytes, length);
	reply_length += length;
}

static void with_record_of_class(uint8_t class, uint8_t type, const char *data, uint8_t size)
{
	/* Its name is a reference to the question's. */
	const uint8_t head[] = { 0xc0, 12, 0, type, 0, class, 0, 0, 0, 60, 0, size };

	put(head, sizeof(head));
	put(data, size);
	reply[7]++;
}

static void with_record(uint8_t type, const char *data, uint8_t size)
{
	with_record_of_class(1, type, data, size);
}

static enum dns_result heard(void)
{
	/* At the end of its memory, so that the sanitizer sees a byte too many. */
	char *copy = heap_copy((char *)reply, reply_length);
	enum dns_result result =
	        dns_answer((uint8_t *)copy, reply_length, query, query_length, &found);

	free(copy);
	return result;
}

START_TEST(a_name_is_asked_for_label_by_label)
{
	static const uint8_t expected[] = { 0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 2,
		'b', 'c', 0, 0, 28, 0, 1 };

	ck_assert_uint_eq(dns_query(query, 0x1234, "a.bc", DNS_AAAA), sizeof(expected));
	ck_assert_mem_eq(query, expected, sizeof(expected));
	ck_assert_uint_eq(dns_query(query, 0x1234, "a.bc.", DNS_AAAA), sizeof(expected));
}
END_TEST

START_TEST(what_is_no_name_is_not_asked_for)
{
	char label[65], name[300];

	memset(label, 'x', 64);
	label[64] = '\0';
	ck_assert_uint_eq(dns_query(query, 1, label, DNS_A), 0);
	ck_assert_uint_gt(dns_query(query, 1, label + 1, DNS_A), 0);
	for (int i = 0; i < 299; i++)
		name[i] = i % 2 ? '.' : 'x';
	name[299] = '\0';
	ck_assert_uint_eq(dns_query(query, 1, name, DNS_A), 0);
	ck_assert_uint_eq(dns_query(query, 1, "", DNS_A), 0);
	ck_assert_uint_eq(dns_query(query, 1, "a..b", DNS_A), 0);
	ck_assert_uint_eq(dns_query(query, 1, ".", DNS_A), 0);
}
END_TEST

START_TEST(addresses_of_both_kinds_are_found_behind_an_alias)
{
	given_question("web", DNS_A);
	with_record(5, "\3www\0", 5);
	with_record(1, "\x7f\0\0\2", 4);
	with_record(28, "0123456789abcdef", 16);
	ck_assert_int_eq(heard(), DNS_FOUND);
	ck_assert_int_eq(found.count, 2);
	ck_assert_int_eq(found.list[0].type, DNS_A);
	ck_assert_mem_eq(found.list[0].bytes, "\x7f\0\0\2", 4);
	ck_assert_int_eq(found.list[1].type, DNS_AAAA);
}
END_TEST

START_TEST(a_records_name_may_be_spelled_out)
{
	static const char record[] = "\3web\0\0\1\0\1\0\0\0\74\0\4\177\0\0\2";

	given_question("web", DNS_A);
	put(record, sizeof(record) - 1);
	reply[7] = 1;
	ck_assert_int_eq(heard(), DNS_FOUND);
	ck_assert_mem_eq(found.list[0].bytes, "\x7f\0\0\2", 4);
}
END_TEST

START_TEST(what_is_no_address_is_passed_over)
{
	given_question("web", DNS_A);
	with_record_of_class(3, 1, "\x7f\0\0\2", 4);
	with_record_of_class(3, 28, "0123456789abcdef", 16);
	with_record(1, "\x7f\0\0\2\0", 5);
	with_record(28, "0123456789abcde", 15);
	ck_assert_int_eq(heard(), DNS_NONE);
	with_record(1, "\x7f\0\0\3", 4);
	ck_assert_int_eq(heard(), DNS_FOUND);
	ck_assert_int_eq(found.count, 1);
	ck_assert_mem_eq(found.list[0].bytes, "\x7f\0\0\3", 4);
}
END_TEST

START_TEST(no_name_no_address_and_a_server_that_cannot_say_are_told_apart)
{
	given_question("web", DNS_A);
	ck_assert_int_eq(heard(), DNS_NONE);
	reply[3] = 3;
	ck_assert_int_eq(heard(), DNS_NONE);
	reply[3] = 2;
	ck_assert_int_eq(heard(), DNS_FAILED);
}
END_TEST

START_TEST(a_reply_to_another_question_is_none)
{
	given_question("web", DNS_A);
	with_record(1, "\x7f\0\0\2", 4);
	reply[1] ^= 1;
	ck_assert_int_eq(heard(), DNS_FOREIGN);
	reply[1] ^= 1;
	reply[13] = 'x';
	ck_assert_int_eq(heard(), DNS_FOREIGN);
	given_question("web", DNS_A);
	reply[2] = 1;
	ck_assert_int_eq(heard(), DNS_FOREIGN);
	reply_length = 11;
	ck_assert_int_eq(heard(), DNS_FOREIGN);
}
END_TEST

START_TEST(a_reply_may_end_anywhere)
{
	given_question("web", DNS_A);
	with_record(5, "\3www\0", 5);
	with_record(1, "\x7f\0\0\2", 4);
	for (; reply_length > 0; reply_length--) {
		memset(&found, 0, sizeof(found));
		heard();
		ck_assert_int_le(found.count, 1);
	}
}
END_TEST

START_TEST(no_more_addresses_are_kept_than_there_is_room_for)
{
	given_question("web", DNS_A);
	for (int i = 0; i < DNS_MOST + 3; i++)
		with_record(1, "\x7f\0\0\2", 4);
	ck_assert_int_eq(heard(), DNS_FOUND);
	ck_assert_int_eq(found.count, DNS_MOST);
}
END_TEST

static bool in_hosts(const char *line, const char *name, char address[64])
{
	return dns_hosts_line(line, strlen(line), name, address, 64);
}

START_TEST(hosts_names_are_found_in_either_case_and_not_in_comments)
{
	char address[64];

	ck_assert(in_hosts("10.0.0.7 \tweb.local Web # other", "wEb", address));
	ck_assert_str_eq(address, "10.0.0.7");
	ck_assert(!in_hosts("10.0.0.7 web # other", "other", address));
	ck_assert(!in_hosts("10.0.0.7 web", "we", address));
	ck_assert(!in_hosts("10.0.0.7 web", "webs", address));
	ck_assert(!in_hosts("web", "web", address));
	ck_assert(!in_hosts("", "web", address));
	ck_assert(in_hosts("10.0.0.7 web\r", "web", address));
	ck_assert(in_hosts("10.0.0.7 web-1.local", "WEB-1.local", address));
	ck_assert(in_hosts("10.0.0.7 [{_", "[{_", address));
}
END_TEST

static struct dns_settings settings_of(const char *text)
{
	struct dns_settings settings = { .dots = 1 };

	while (*text != '\0') {
		size_t length = strcspn(text, "\n");
		dns_settings_line(text, length, &settings);
		text += length + (text[length] == '\n');
	}
	return settings;
}

static void expect_candidates(
        const struct dns_settings *settings, const char *name, const char *expected)
{
	char seen[512] = "", candidate[DNS_NAME];

	for (int nth = 0; dns_candidate(settings, name, nth, candidate); nth++) {
		strcat(seen, candidate);
		strcat(seen, " ");
	}
	ck_assert_str_eq(seen, expected);
}

START_TEST(a_clusters_settings_are_followed)
{
	struct dns_settings settings = settings_of(
	        "# made by the kubelet\nsearch web.svc.cluster.local svc.cluster.local\n"
	        "nameserver 10.96.0.10\nnameserver fd00::a\noptions timeout:1 ndots:5\n");

	ck_assert_int_eq(settings.servers, 2);
	ck_assert_str_eq(settings.server[0], "10.96.0.10");
	ck_assert_str_eq(settings.server[1], "fd00::a");
	expect_candidates(&settings, "consul",
	        "consul.web.svc.cluster.local consul.svc.cluster.local consul ");
	expect_candidates(&settings, "a.b.c.d.e.f",
	        "a.b.c.d.e.f a.b.c.d.e.f.web.svc.cluster.local a.b.c.d.e.f.svc.cluster.local ");
	expect_candidates(&settings, "consul.", "consul. ");
}
END_TEST

START_TEST(an_address_that_is_too_long_is_cut)
{
	char address[8];

	ck_assert(dns_hosts_line("fd00::1:2:3 web", 15, "web", address, sizeof(address)));
	ck_assert_str_eq(address, "fd00::1");
}
END_TEST

START_TEST(a_name_that_is_too_long_is_no_candidate)
{
	struct dns_settings settings = settings_of("search local\n");
	char name[DNS_NAME + 1], candidate[DNS_NAME];

	memset(name, 'x', sizeof(name));
	name[DNS_NAME - 1] = '\0';
	ck_assert(dns_candidate(&settings, name, 0, candidate));
	ck_assert_str_eq(candidate, name);
	ck_assert(!dns_candidate(&settings, name, 1, candidate));
	name[DNS_NAME - 1] = 'x';
	name[DNS_NAME] = '\0';
	ck_assert(!dns_candidate(&settings, name, 0, candidate));
}
END_TEST

START_TEST(a_file_may_hold_anything)
{
	struct dns_settings settings =
	        settings_of("nameserver\nnameserver 1\nnameserver 2\nnameserver 3\nnameserver "
	                    "4\noptions ndots:x\n"
	                    "domain one\nunknown x y z\n;options ndots:7\n");

	ck_assert_int_eq(settings.servers, DNS_SERVERS);
	ck_assert_int_eq(settings.dots, 1);
	expect_candidates(&settings, "a.b", "a.b a.b.one ");
	settings = settings_of("options ndots: ndots:/ xdots:3\n");
	ck_assert_int_eq(settings.dots, 1);
	expect_candidates(&settings, "a", "a ");
	expect_candidates(&settings, "", " ");
}
END_TEST

START_TEST(a_name_that_is_too_long_in_one_domain_is_asked_for_in_the_next)
{
	struct dns_settings settings = settings_of("search much.too.long a\noptions ndots:5\n");
	char name[DNS_NAME], candidate[DNS_NAME];

	memset(name, 'x', sizeof name);
	name[DNS_NAME - 3] = '\0';
	ck_assert(dns_candidate(&settings, name, 0, candidate));
	ck_assert_str_eq(candidate + strlen(name), ".a");
	ck_assert(dns_candidate(&settings, name, 1, candidate));
	ck_assert_str_eq(candidate, name);
	ck_assert(!dns_candidate(&settings, name, 2, candidate));
	/* One that is too long by itself is not asked for at all. */
	char longer[DNS_NAME + 1];
	memset(longer, 'x', sizeof longer - 1);
	longer[DNS_NAME] = '\0';
	ck_assert(!dns_candidate(&settings, longer, 0, candidate));
	settings.dots = 1;
	longer[1] = '.';
	ck_assert(!dns_candidate(&settings, longer, 0, candidate));
	longer[DNS_NAME - 1] = '.';
	ck_assert(!dns_candidate(&settings, longer, 0, candidate));
}
END_TEST

SUITE("dns", a_name_is_asked_for_label_by_label, what_is_no_name_is_not_asked_for,
        addresses_of_both_kinds_are_found_behind_an_alias, a_records_name_may_be_spelled_out,
        what_is_no_address_is_passed_over,
        no_name_no_address_and_a_server_that_cannot_say_are_told_apart,
        a_reply_to_another_question_is_none, a_reply_may_end_anywhere,
        no_more_addresses_are_kept_than_there_is_room_for,
        hosts_names_are_found_in_either_case_and_not_in_comments,
        a_clusters_settings_are_followed, an_address_that_is_too_long_is_cut,
        a_name_that_is_too_long_is_no_candidate, a_file_may_hold_anything,
        a_name_that_is_too_long_in_one_domain_is_asked_for_in_the_next)
