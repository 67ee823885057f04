#include "rehearse/told.h"

#include <stdlib.h>
#include <string.h>

/* The number behind a key, in milliseconds. */
static nsec_t span_behind(const char *text, const char *key)
{
	const char *found = text ? strstr(text, key) : NULL;

	return found ? strtoll(found + strlen(key), NULL, 10) * MSEC : NEVER;
}

static const char *object(const char *report, const char *key)
{
	const char *found = strstr(report, key);

	return found ? found + strlen(key) : NULL;
}

struct told told_read(const char *report)
{
	const char *drain = object(report, "\"drain\":{");
	const char *stop = object(report, "\"stop\":{");
	const char *sweep = object(report, "\"sweep\":{");
	const char *ok = drain ? strstr(drain, "\"ok\":") : NULL;

	return (struct told){
		.there = strstr(report, "\"outcome\":") != NULL,
		.forced = strstr(report, "\"outcome\":\"forced\"") != NULL,
		.drain_failed = ok && strncmp(ok, "\"ok\":false", 10) == 0,
		.drain = span_behind(drain, "\"ms\":"),
		.stop = span_behind(stop, "\"start_ms\":"),
		.stop_length = span_behind(stop, "\"ms\":"),
		.sweep = span_behind(sweep, "\"ms\":"),
	};
}
