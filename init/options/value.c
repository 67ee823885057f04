#include "options/value.h"

#include <signal.h>
#include <string.h>

#include "text/command.h"
#include "text/duration.h"
#include "text/number.h"
#include "text/signame.h"
#include "text/url.h"

#define NUMBER_MOST 1000000

static bool is_word(const char *text, size_t length, const char *word)
{
	return strlen(word) == length && memcmp(text, word, length) == 0;
}

/* 1, 0, or -1 if it is neither. */
static int to_switch(const char *text)
{
	static const char words[][6] = { "0", "1", "false", "true", "no", "yes", "off", "on" };

	for (int i = 0; i < (int)(sizeof(words) / sizeof(words[0])); i++) {
		if (strcmp(text, words[i]) == 0)
			return i & 1;
	}
	return -1;
}

static const char *take_duration(
        const struct row *row, const char *value, enum source source, struct duration *into)
{
	struct duration duration = { .source = source };
	const char *wrong = duration_parse(value, &duration);

	if (wrong)
		return wrong;
	if (duration.kind == DURATION_SHARE && !row->shares)
		return "a share does not fit here";
	if (duration.kind == DURATION_INFINITE && !row->endless)
		return "it must have an end";
	if (duration.kind == DURATION_SPAN && duration.value != 0 &&
	        duration.value < row->least)
		return "under 100ms";
	if (row->least > 0 && duration.value == 0)
		return "it must be more than 0";
	*into = duration;
	return NULL;
}

static const char *take_choice(const struct row *row, const char *value, int *into)
{
	const char *word = row->takes;

	for (int number = 0;; number++) {
		size_t length = strcspn(word, "|");
		if (strlen(value) == length && memcmp(value, word, length) == 0) {
			*into = number;
			return NULL;
		}
		if (word[length] == '\0')
			return "not a choice";
		word += length + 1;
	}
}

static const char *take_signal(const char *value, int *into)
{
	int signal = signame_parse(value, strlen(value));

	if (signal == 0)
		return "not a signal";
	*into = signal;
	return NULL;
}

static const char *take_signal_name(const char *value, int *into)
{
	if (strncmp(value, "SIG", 3) != 0)
		return "not a signal's full name";
	return take_signal(value, into);
}

static bool can_be_received(int signal)
{
	return signal != SIGKILL && signal != SIGSTOP && signal != SIGCHLD;
}

static const char *take_signals(struct options *options, const char *value)
{
	signals_t set = 0;
	int first = 0;

	for (;; value++) {
		size_t length = strcspn(value, ",");
		int signal = signame_parse(value, length);
		if (signal == 0)
			return "not a list of signals";
		if (!can_be_received(signal))
			return "KILL, STOP and CHLD start no shutdown";
		set |= signal_bit(signal);
		first = first ? first : signal;
		value += length;
		if (*value == '\0')
			break;
	}
	options->stop_signals = set;
	options->first_stop = first;
	return NULL;
}

static const char *take_status(const char *value, size_t length, int *into)
{
	int status = number_parse(value, length, 9);

	if (status < 0 || status > 255)
		return "not an exit status";
	*into = status;
	return NULL;
}

static const char *take_rewrite(const char *value, size_t length, uint8_t *rewrite)
{
	const char *colon = memchr(value, ':', length);

	if (!colon)
		return "not a rewrite";
	const char *right = colon + 1;
	size_t right_length = length - (size_t)(right - value);
	int from = signame_parse(value, (size_t)(colon - value));
	int to = is_word(right, right_length, "0") ? 0 : signame_parse(right, right_length);
	if (from == 0 || (to == 0 && !is_word(right, right_length, "0")))
		return "not a rewrite";
	if (!can_be_received(from))
		return "KILL, STOP and CHLD are never forwarded";
	rewrite[from] = (uint8_t)to;
	return NULL;
}

static const char *take_rewrite_numbers(const char *value, uint8_t *rewrite)
{
	size_t left = strcspn(value, ":");
	int from = number_parse(value, left, 9);
	int to = value[left] == ':'
	                 ? number_parse(value + left + 1, strlen(value + left + 1), 9)
	                 : -1;

	if (from < 1 || from > 31 || to < 0 || to > 31)
		return "not a rewrite";
	rewrite[from] = (uint8_t)to;
	return NULL;
}

static const char *take_number(const char *value, int *into)
{
	int number = number_parse(value, strlen(value), 9);

	if (number < 0 || number > NUMBER_MOST)
		return "not a number";
	*into = number;
	return NULL;
}

/* 1 and 0 are the flag's; no server of ours listens on those ports. */
static const char *take_ports(struct options *options, const char *value)
{
	int on = to_switch(value);

	options->idle_port_count = 0;
	options->drain_idle = on != 0;
	if (on >= 0)
		return NULL;
	for (;; value++) {
		size_t length = strcspn(value, ",");
		int port = number_parse(value, length, 9);
		if (port < 2 || port > 65535)
			return "not a list of ports";
		if (options->idle_port_count == IDLE_PORTS_MAX)
			return "over 16 ports";
		options->idle_ports[options->idle_port_count++] = (uint16_t)port;
		value += length;
		if (*value == '\0')
			return NULL;
	}
}

static const char *take_url(const char *value, const char **into)
{
	struct url url;
	const char *wrong = url_parse(value, "GET", &url);

	if (!wrong)
		*into = value;
	return wrong;
}

static const char *take_command(const char *value, const char **into)
{
	const char *wrong;

	if (url_is_request(value))
		return take_url(value, into);
	wrong = command_check(value);
	if (!wrong)
		*into = value;
	return wrong;
}

static const char *take_escalation(
        struct values *values, const struct row *row, const char *value, size_t length)
{
	struct options *options = values->options;
	const char *at = memchr(value, '@', length);
	char text[32];

	if (!at)
		return "not an escalation";
	int signal = signame_parse(value, (size_t)(at - value));
	size_t rest = length - (size_t)(at + 1 - value);
	if (signal == 0 || rest >= sizeof(text))
		return "not an escalation";
	if (options->escalations == ESCALATIONS_MAX)
		return "over 4 of them";
	memcpy(text, at + 1, rest);
	text[rest] = '\0';

	struct escalation *next = &options->escalate[options->escalations];
	const char *wrong = take_duration(row, text, values->source, &next->before);
	if (wrong)
		return wrong;
	next->signal = signal;
	options->escalations++;
	return NULL;
}

static void clear_rewrites(struct options *options)
{
	for (int i = 0; i <= SIGNAL_LAST; i++)
		options->rewrite[i] = (uint8_t)i;
}

/* A source's first word on a list takes the place of all that weaker ones had in it. */
static void begin_list(struct values *values, const struct row *row)
{
	uint64_t bit = (uint64_t)1 << (row - values->program->rows);
	struct options *options = values->options;

	if (values->begun & bit)
		return;
	values->begun |= bit;
	if (row->kind == KIND_REWRITES)
		clear_rewrites(options);
	else if (row->kind == KIND_ESCALATIONS)
		options->escalations = 0;
	else if (row->kind == KIND_STATUSES)
		memset(options->zero_exit, 0, sizeof(options->zero_exit));
	else
		options->verbosity = values->program->verbosity;
}

static const char *take_item(
        struct values *values, const struct row *row, const char *value, size_t length)
{
	struct options *options = values->options;

	if (row->kind == KIND_REWRITES)
		return take_rewrite(value, length, options->rewrite);
	if (row->kind == KIND_ESCALATIONS)
		return take_escalation(values, row, value, length);

	int status;
	const char *wrong = take_status(value, length, &status);
	if (!wrong)
		options->zero_exit[status / 64] |= (uint64_t)1 << status % 64;
	return wrong;
}

static const char *take_list(struct values *values, const struct row *row, const char *value)
{
	begin_list(values, row);
	for (;; value++) {
		size_t length = strcspn(value, ",");
		const char *wrong = take_item(values, row, value, length);
		if (wrong)
			return wrong;
		value += length;
		if (*value == '\0')
			return NULL;
	}
}

bool value_takes(const struct row *row)
{
	return row->takes != NULL;
}

/* Enums go through an int; the compiler may have chosen its unsigned twin for them. */
_Static_assert(sizeof(enum forward_to) == sizeof(int), "an enum is as wide as an int");

void value_switch(struct values *values, const struct row *row, bool on)
{
	char *into = (char *)values->options + row->into;

	if (row->kind == KIND_MODE) {
		values->mode = (enum mode)row->value;
	} else if (row->kind == KIND_FLAG) {
		*(bool *)into = on;
	} else if (row->kind == KIND_PORTS) {
		*(bool *)into = on;
		values->options->idle_port_count = 0;
	} else if (row->kind == KIND_FORWARD) {
		bool main_only = on == (row->value == FORWARD_MAIN);
		*(enum forward_to *)into = main_only ? FORWARD_MAIN : FORWARD_GROUP;
	} else if (row->kind == KIND_COUNT) {
		begin_list(values, row);
		*(int *)into += on;
	}
}

/* The value of a flag's twin. */
static const char *take_switch(struct values *values, const struct row *row, const char *value)
{
	int on = to_switch(value);

	if (row->kind == KIND_COUNT && on < 0) {
		int count = number_parse(value, strlen(value), 9);
		if (count < 0 || count > 9)
			return "not a switch or a digit";
		values->options->verbosity = count;
		return NULL;
	}
	if (on < 0)
		return "not a switch";
	value_switch(values, row, on);
	return NULL;
}

const char *value_take(struct values *values, const struct row *row, const char *value)
{
	void *into = (char *)values->options + row->into;

	switch (row->kind) {
	case KIND_MODE:
	case KIND_FLAG:
	case KIND_FORWARD:
	case KIND_COUNT:
	case KIND_NOTHING:
		return take_switch(values, row, value);
	case KIND_DURATION:
		return take_duration(row, value, values->source, into);
	case KIND_CHOICE:
		return take_choice(row, value, into);
	case KIND_COMMAND:
		return take_command(value, into);
	case KIND_URL:
		return take_url(value, into);
	case KIND_NUMBER:
		return take_number(value, into);
	case KIND_PORTS:
		return take_ports(values->options, value);
	case KIND_PATH:
		if (*value == '\0')
			return "empty";
		*(const char **)into = value;
		return NULL;
	case KIND_SIGNAL:
		return take_signal(value, into);
	case KIND_SIGNAL_NAME:
		return take_signal_name(value, into);
	case KIND_REWRITE_NUMBERS:
		return take_rewrite_numbers(value, into);
	case KIND_SIGNALS:
		return take_signals(values->options, value);
	case KIND_STATUS:
		return take_status(value, strlen(value), into);
	case KIND_STATUSES:
	case KIND_REWRITES:
	case KIND_ESCALATIONS:
		return take_list(values, row, value);
	}
	return NULL;
}

void values_preset(struct values *values)
{
	const struct program *program = values->program;

	memset(values->options, 0, sizeof(*values->options));
	clear_rewrites(values->options);
	values->options->platform = PLATFORM_DOCKER;
	values->options->stop_status = -1;
	values_from(values, SOURCE_PRESET);
	for (size_t i = 0; i < program->count; i++) {
		const struct row *row = &program->rows[i];
		if (row->preset)
			value_take(values, row, row->preset);
	}
}

void values_from(struct values *values, enum source source)
{
	values->source = source;
	values->begun = 0;
}
