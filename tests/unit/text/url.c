#include "text/url.h"

#include "unit/suite.h"

START_TEST(an_url_is_taken_apart)
{
	static const struct {
		const char *text, *method, *host;
		int port;
		const char *path;
		bool bracketed;
	} cases[] = {
		{ "http://localhost/", "GET", "localhost", 80, "/", false },
		{ "http://localhost", "GET", "localhost", 80, "/", false },
		{ "http://127.0.0.1:15021/healthz/ready", "GET", "127.0.0.1", 15021,
		        "/healthz/ready", false },
		{ "POST http://127.0.0.1:15020/quitquitquit", "POST", "127.0.0.1", 15020,
		        "/quitquitquit", false },
		{ "GET http://a/", "GET", "a", 80, "/", false },
		{ "PUT http://consul:8500/v1/agent/service/deregister/web-1?ns=a", "PUT",
		        "consul", 8500, "/v1/agent/service/deregister/web-1?ns=a", false },
		{ "DELETE http://eureka.svc.cluster.local:8761/eureka/apps/WEB/h:web:80",
		        "DELETE", "eureka.svc.cluster.local", 8761, "/eureka/apps/WEB/h:web:80",
		        false },
		{ "http://[::1]:8080/x", "GET", "::1", 8080, "/x", true },
		{ "http://[::ffff:127.0.0.1]", "GET", "::ffff:127.0.0.1", 80, "/", true },
		{ "http://my_service:65535?a=b", "GET", "my_service", 65535, "?a=b", false },
		{ "http://Web-1/", "GET", "Web-1", 80, "/", false },
		{ "http://a?x=http://u@b/", "GET", "a", 80, "?x=http://u@b/", false },
		{ "http://a:1/caf\xc3\xa9", "GET", "a", 1, "/caf\xc3\xa9", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct url url;
		const char *wrong = url_parse(cases[i].text, "GET", &url);
		ck_assert_msg(!wrong, "%s: %s", cases[i].text, wrong);
		ck_assert(url_is_request(cases[i].text));
		ck_assert_str_eq(url.method, cases[i].method);
		ck_assert_str_eq(url.host, cases[i].host);
		ck_assert_int_eq(url.port, cases[i].port);
		ck_assert_str_eq(url.path, cases[i].path);
		ck_assert_int_eq(url.bracketed, cases[i].bracketed);
	}
}
END_TEST

START_TEST(the_caller_says_the_method_of_an_url_that_has_none)
{
	struct url url;

	ck_assert_ptr_null(url_parse("http://a/", "POST", &url));
	ck_assert_str_eq(url.method, "POST");
}
END_TEST

START_TEST(what_is_no_request_is_a_command)
{
	static const char *const cases[] = { "", "curl http://a/", "POST", "POST  http://a/",
		"post http://a/", "http:/a", "/bin/http://a", "'http://a'", "POST ftp://a",
		"ftp://a" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(!url_is_request(cases[i]), "%s", cases[i]);
	ck_assert(url_is_request("https://a/"));
	ck_assert(url_is_request("PATCH https://a/"));
}
END_TEST

START_TEST(what_cannot_be_requested_is_refused_with_what_would_be_right)
{
	static const char no_method[] =
	        "not a method that we send; write GET, POST, PUT or DELETE";
	static const char no_port[] = "not a port; write 1 to 65535";
	static const char no_address[] = "not an IPv6 address in [ ]";
	static const char no_user[] =
	        "a user in the URL is not sent; write a command, such as curl";
	static const char no_tls[] = "no TLS here; write http:// or a command, such as curl";
	static const char no_host[] = "no host; write http://HOST[:PORT]/PATH";
	static const char bad_host[] = "not a host; write http://HOST[:PORT]/PATH";
	static const struct {
		const char *text, *wrong;
	} cases[] = {
		{ "https://a/", no_tls },
		{ "POST https://a/", no_tls },
		{ "PATCH http://a/", no_method },
		{ "GETS http://a/", no_method },
		{ "GE http://a/", no_method },
		{ "ftp://a/", "not an URL; write http://HOST[:PORT]/PATH" },
		{ "http://", no_host },
		{ "http:///path", no_host },
		{ "http://:80/", no_host },
		{ "http://u:p@a/", no_user },
		{ "http://u@a", no_user },
		{ "http://a:0/", no_port },
		{ "http://a:65536/", no_port },
		{ "http://a:4294967376/", no_port },
		{ "http://a:/", no_port },
		{ "http://a:80x/", no_port },
		{ "http://a:-1/", no_port },
		{ "http://[::1/", no_address },
		{ "http://[]/", no_address },
		{ "http://[fe80::1%eth0]/", no_address },
		{ "http://[::1]x/", bad_host },
		{ "http://a\\b/", bad_host },
		{ "http://a{/", bad_host },
		{ "http://a;b/", bad_host },
		{ "http://caf\xc3\xa9/", bad_host },
		{ "http://a/b c", "a blank in the URL; write %20" },
		{ "http://a/\r\nX: y", "a control character in the URL" },
		{ "http://a\x7f/", "a control character in the URL" },
		{ "http://a/#b", "a fragment (#...) never reaches the server; leave it out" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct url url;
		const char *wrong = url_parse(cases[i].text, "GET", &url);
		ck_assert_msg(wrong != NULL, "%s was taken", cases[i].text);
		ck_assert_str_eq(wrong, cases[i].wrong);
	}
}
END_TEST

START_TEST(the_longest_url_and_the_longest_host_are_taken)
{
	struct url url;
	char text[URL_BYTES + 1] = "http://";

	memset(text + 7, 'a', 255);
	ck_assert_ptr_null(url_parse(text, "GET", &url));
	ck_assert_uint_eq(strlen(url.host), 255);
	text[7 + 255] = 'a';
	ck_assert_str_eq(url_parse(text, "GET", &url), "a host of over 255 bytes");
	text[8] = '/';
	memset(text + 9, 'b', URL_BYTES - 1 - 9);
	ck_assert_ptr_null(url_parse(text, "GET", &url));
	text[URL_BYTES - 1] = 'b';
	ck_assert_str_eq(url_parse(text, "GET", &url), "over 4095 bytes long");
}
END_TEST

SUITE("url", an_url_is_taken_apart, the_caller_says_the_method_of_an_url_that_has_none,
        what_is_no_request_is_a_command,
        what_cannot_be_requested_is_refused_with_what_would_be_right,
        the_longest_url_and_the_longest_host_are_taken)
