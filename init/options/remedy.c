#include "options/remedy.h"

/* drain|stop as "drain or stop". */
static void write_choices(struct writer *writer, const char *takes)
{
	for (; *takes != '\0'; takes++) {
		if (*takes == '|')
			write_text(writer, " or ");
		else
			write_char(writer, *takes);
	}
}

static const char *duration_form(const struct row *row)
{
	if (row->endless)
		return "500ms, 10s, 1m30s, 2h or infinity";
	return row->shares ? "500ms, 10s, 1m30s, 2h or 40%" : "500ms, 10s, 1m30s or 2h";
}

void write_remedy(struct writer *writer, const struct row *row)
{
	write_text(writer, "write ");
	switch (row->kind) {
	case KIND_MODE:
	case KIND_FLAG:
	case KIND_FORWARD:
	case KIND_COUNT:
	case KIND_NOTHING:
		write_text(writer, "1, true, yes, on, 0, false, no or off");
		return;
	case KIND_DURATION:
		write_text(writer, duration_form(row));
		return;
	case KIND_CHOICE:
		write_choices(writer, row->takes);
		return;
	case KIND_COMMAND:
		write_text(writer, "a command, its words quoted as for a shell, or [POST "
		                   "]http://HOST[:PORT]/PATH");
		return;
	case KIND_URL:
		write_text(writer, "http://HOST[:PORT]/PATH");
		return;
	case KIND_NUMBER:
		write_text(writer, "0 to 1000000");
		return;
	case KIND_PORTS:
		write_text(writer, "1, 0, or ports as 8080,8443");
		return;
	case KIND_PATH:
		write_text(writer, "a path");
		return;
	case KIND_SIGNAL_NAME:
	case KIND_REWRITE_NUMBERS:
		/* Only of other programs, which have words of their own. */
	case KIND_SIGNAL:
		write_text(writer, "TERM, SIGTERM, 15 or RTMIN+3");
		return;
	case KIND_SIGNALS:
		write_text(writer, "signals that can be received, as TERM,INT");
		return;
	case KIND_STATUS:
	case KIND_STATUSES:
		write_text(writer, "0 to 255");
		return;
	case KIND_REWRITES:
		write_text(writer, "TERM:QUIT, 15:3, or HUP:0 to drop it");
		return;
	case KIND_ESCALATIONS:
		write_text(writer, "QUIT@3s or QUIT@10%");
		return;
	}
}
