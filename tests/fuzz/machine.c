/*
 * A whole life: words as scan.c has them, then what happens and when. The bystander of the exploration judges each
 * step, a second machine lives the same a year later, and what is said and reported of it holds for all of it.
 */
#include "fuzz/words.h"

#include "explore/search.h"
#include "kernel/ask.h"
#include "output/log.h"
#include "output/report.h"
#include "output/voice.h"
#include "rehearse/told.h"
#include "unit/isjson.h"

#define STEPS_MOST 96
#define YEAR       (365 * 24 * HOUR)

struct life {
	struct world world;
	struct world later;
	struct record record;
	struct survivors survivors;
	struct watched watched;
	char heard[64];
	int by_oom;
};

/* ---- what happens ---- */

static nsec_t feed_time(struct feed *feed, const struct world *world, int choice)
{
	nsec_t wake = machine_wake_at(&world->machine);
	nsec_t due = wake == NEVER ? world->now : nsec_max(wake, world->now);

	switch (choice) {
	case 0:
		return world->now;
	case 1:
		return due;
	case 2:
		return nsec_max(due - 1, world->now);
	case 3:
		return due + feed_byte(feed) * 16 * MSEC;
	case 4:
		return world->now + feed_byte(feed) * 4 * MSEC;
	case 5:
		return world->now + feed_byte(feed) * SEC / 4;
	case 6:
		return world->now + feed_number(feed, 4);
	default:
		return due + HOUR;
	}
}

static enum role feed_role(struct feed *feed, const struct world *world)
{
	enum role live[ROLE_COUNT];
	unsigned count = 0;

	for (enum role role = ROLE_MAIN; role < ROLE_COUNT; role++)
		if (is_alive(world, role))
			live[count++] = role;
	return count > 0 ? live[feed_byte(feed) % count] : ROLE_NONE;
}

/* Not those that no process of ours is told of; and what is an escalation step too, the bystander takes for one. */
static int feed_signal(struct feed *feed, const struct world *world)
{
	int signal = feed_byte(feed) % SIGNAL_LAST + 1;
	bool told = signal != SIGKILL && signal != SIGSTOP && signal != SIGCHLD &&
	            signal != 32 && signal != 33;

	for (int i = 0; i < world->plan->escalations; i++)
		told &= options_of(world)->rewrite[signal] != world->plan->escalate[i].signal;
	return told ? signal : SIGTERM;
}

static void feed_end(struct feed *feed, const struct world *world, struct event *event)
{
	uint8_t how = feed_byte(feed);

	event->kind = EVENT_ENDED;
	event->role = feed_role(feed, world);
	event->pid = 2 + how;
	if (how & 1)
		event->killed_by = how % SIGNAL_LAST + 1;
	event->status = how & 1 ? 128 + event->killed_by : how & 2 ? feed_byte(feed) : 0;
}

static struct event feed_event(struct feed *feed, const struct world *world)
{
	uint8_t choice = feed_byte(feed);
	struct event event = { .now = feed_time(feed, world, choice & 7) };

	switch (choice >> 3 & 7) {
	case 1:
		event.kind = EVENT_SIGNAL;
		event.signal = feed_signal(feed, world);
		event.outside = choice >> 6 & 1;
		event.hook_there = world->hook_waits && choice >> 7;
		break;
	case 2:
		event.kind = EVENT_SIGNAL;
		event.signal = feed_signal(feed, world) == SIGINT ? SIGINT : SIGTERM;
		event.outside = true;
		event.hook_there = world->hook_waits;
		break;
	case 3:
	case 4:
		feed_end(feed, world, &event);
		break;
	case 5:
		event.role = feed_role(feed, world);
		event.kind = event.role == ROLE_NONE ? EVENT_TIME : EVENT_NOT_STARTED;
		event.error = feed_byte(feed);
		event.in_exec = choice >> 6 & 1;
		break;
	case 6:
		event.kind = EVENT_ASKED;
		event.ask = ASK_PRESTOP;
		break;
	case 7:
		event.kind = may_have_no_child(world) ? EVENT_NO_CHILD : EVENT_TIME;
		break;
	default:
		break;
	}
	return event;
}

/* As who looked it up has it: plain, ended by NUL. */
static void feed_bytes(struct feed *feed, char *to, size_t size)
{
	size_t length = feed_byte(feed) % size;
	char bytes[80] = { 0 };
	struct writer writer = writer_on(to, size - 1);

	for (size_t i = 0; i < length && i < sizeof bytes; i++)
		bytes[i] = (char)feed_byte(feed);
	memset(to, 0, size);
	write_plain(&writer, bytes, strnlen(bytes, sizeof bytes));
}

static void feed_findings(struct feed *feed, struct life *life)
{
	struct survivors *survivors = &life->survivors;
	uint8_t many = feed_byte(feed);

	survivors->count = many % (SURVIVORS_MAX + 1);
	survivors->total = survivors->count + (many > 200 ? many * 1000 : 0);
	survivors->connections = feed_byte(feed) - 1;
	for (int i = 0; i < survivors->count; i++) {
		struct survivor *survivor = &survivors->list[i];

		survivor->pid = (int32_t)(feed_number(feed, 3));
		survivor->group = survivor->pid;
		survivor->age_s = (int64_t)feed_byte(feed) * feed_byte(feed) - 1;
		survivor->state = "RSDZTtXI"[feed_byte(feed) % 8];
		survivor->owner = feed_byte(feed) % ROLE_COUNT;
		feed_bytes(feed, survivor->wchan, sizeof survivor->wchan);
		feed_bytes(feed, survivor->command, sizeof survivor->command);
	}
	life->watched.port_count = feed_byte(feed) % (WATCHED_PORTS + 1);
	for (int i = 0; i < life->watched.port_count; i++)
		life->watched.ports[i] = (uint16_t)feed_number(feed, 2);
	life->watched.at_start = feed_byte(feed) - 1;
	life->watched.now = feed_byte(feed) - 1;
	life->watched.seen = feed_byte(feed) & 1;
	life->watched.quiet_blind = feed_byte(feed) & 1;
	life->by_oom = feed_byte(feed) % 3 - 1;
	feed_bytes(feed, life->heard, sizeof life->heard);
}

/* ---- what is said of it ---- */

static void require_lines(const struct writer *writer, enum log_format format)
{
	const char *line = writer->text, *end = writer->text + writer->length, *newline;

	require(!writer->full);
	require_plain(writer->text, writer->length, "\n");
	for (; line < end; line = newline + 1) {
		newline = memchr(line, '\n', (size_t)(end - line));
		require(newline && newline > line);
		require(format == LOG_TEXT || is_json(line, (size_t)(newline - line)));
	}
}

static void say(struct life *life, const struct step *step)
{
	static char text[LOG_BYTES];
	struct writer writer = writer_on(text, sizeof text);

	log_step(&writer, &life->record, step, &life->survivors);
	require_lines(&writer, options_of(&life->world)->log);
}

static void report(const struct life *life)
{
	static char text[REPORT_BYTES + 1];
	struct writer writer = writer_on(text, REPORT_BYTES);
	const struct findings findings = {
		.survivors = life->survivors.total > 0 ? &life->survivors : NULL,
		.watched = &life->watched,
		.status = machine_exit_status(&life->world.machine),
		.now = life->world.now,
		.by_oom = life->by_oom,
	};
	struct told told;

	report_write(&writer, &life->world.machine, &life->record, &findings);
	require(!writer.full && writer.length <= REPORT_BYTES);
	require(is_json(text, writer.length));
	require_plain(text, writer.length, "");
	text[writer.length] = '\0';
	told = told_read(text);
	require(told.there);
	require((told.drain != NEVER) == (life->record.drain.from != NEVER));
}

static void tell(struct life *life, const struct machine *before, const struct event *event,
        const struct actions *actions)
{
	const struct step step = {
		.machine = &life->world.machine,
		.before = before->phase,
		.event = event,
		.actions = actions,
		.heard = event->kind == EVENT_ENDED ? life->heard : "",
		.watched = &life->watched,
	};

	record_step(&life->record, &step);
	record_survivors(&life->record, &step, &life->survivors);
	say(life, &step);
	report(life);
}

/* ---- a life ---- */

static void require_none(const char *wrong)
{
	if (wrong)
		fprintf(stderr, "the bystander: %s\n", wrong);
	require(!wrong);
}

static void step(struct life *life, struct event event)
{
	const struct search search = { .step = machine_step };
	struct machine before = life->world.machine;
	struct actions actions, again;

	memset(&actions, 0, sizeof actions);
	memset(&again, 0, sizeof again);
	if (life->world.begun)
		require_none(wake_early(&search, &life->world));
	require_none(world_step(&life->world, &event, machine_step, &actions));
	tell(life, &before, &event, &actions);
	event.now += YEAR;
	require_none(world_step(&life->later, &event, machine_step, &again));
	require(memcmp(&actions, &again, sizeof actions) == 0);
}

static void live(const struct plan *plan, struct feed *feed)
{
	static struct life life;

	memset(&life, 0, sizeof life);
	world_init(&life.world, plan);
	world_init(&life.later, plan);
	world_shift(&life.later, YEAR);
	record_init(&life.record);
	feed_findings(feed, &life);
	for (int i = 0; i < STEPS_MOST && feed->left > 0 && !life.world.exited; i++)
		step(&life, feed_event(feed, &life.world));
	/* Then nothing but time. */
	for (int i = 0; i < 10 * STEPS_MOST && !life.world.exited; i++) {
		nsec_t wake = machine_wake_at(&life.world.machine);

		if (wake == NEVER)
			return;
		step(&life, (struct event){ .now = nsec_max(wake, life.world.now) });
	}
	require(life.world.exited);
}

/* ---- under another name ---- */

static void speak(const struct step *step)
{
	static char out[LOG_BYTES], err[LOG_BYTES];
	const struct places places = { .program = "tini", .pid = 7, .child = 8 };
	struct mouths mouths = { writer_on(out, sizeof out), writer_on(err, sizeof err) };

	voice_step(&mouths, step, &places);
	require_lines(&mouths.out, LOG_TEXT);
	require_lines(&mouths.err, LOG_TEXT);
}

/* Without a grace period: forward and exit, nothing else. */
static void require_habits(struct world *world, const struct action *action)
{
	bool mute = options_of(world)->habits.mute;

	require(!world->exited);
	require(!mute || (action->kind != ACTION_NAME && action->kind != ACTION_ANSWER));
	world->exited = action->kind == ACTION_EXIT;
	if (action->kind != ACTION_START)
		return;
	require(!mute || action->role == ROLE_MAIN);
	require(!is_alive(world, action->role));
	world->begun = true;
	world->alive = (uint16_t)(world->alive | 1u << action->role);
}

/* The bystander knows our habits only: here it is less that is asked for. */
static void step_stand_in(struct life *life, const struct event *event)
{
	struct world *world = &life->world;
	struct machine before = world->machine;
	struct actions actions;
	const struct step step = { &world->machine, before.phase, event, &actions, "",
		&life->watched };

	world->now = event->now;
	if (event->kind == EVENT_ENDED || event->kind == EVENT_NOT_STARTED)
		world->alive = (uint16_t)(world->alive & ~(1u << event->role));
	machine_step(&world->machine, event, &actions);
	require(actions.count <= ACTIONS_MAX);
	for (int i = 0; i < actions.count; i++)
		require_habits(world, &actions.list[i]);
	require(event->kind != EVENT_TIME || machine_wake_at(&world->machine) > world->now);
	speak(&step);
	if (!options_of(world)->habits.mute)
		tell(life, &before, event, &actions);
}

/* What is due is done before time goes on, as the loop does. */
static void stand_in(const struct plan *plan, struct feed *feed)
{
	static struct life life;
	struct world *world = &life.world;

	memset(&life, 0, sizeof life);
	world_init(world, plan);
	record_init(&life.record);
	if (!plan->options->habits.mute)
		feed_findings(feed, &life);
	for (int i = 0; i < STEPS_MOST && feed->left > 0 && !world->exited; i++) {
		struct event event = feed_event(feed, world);

		if (event.kind == EVENT_ASKED && plan->options->habits.mute)
			event.kind = EVENT_TIME;
		step_stand_in(&life, &event);
		if (machine_wake_at(&world->machine) <= world->now)
			step_stand_in(&life, &(struct event){ .now = world->now });
	}
	for (int i = 0; i < 10 * STEPS_MOST && !world->exited; i++) {
		nsec_t wake = machine_wake_at(&world->machine);

		if (wake == NEVER)
			return;
		step_stand_in(&life, &(struct event){ .now = nsec_max(wake, world->now) });
	}
	require(world->exited);
}

/* What the bystander cannot tell apart: an escalation step that is a stop signal, TERM to leftovers, or CONT. */
static bool is_plain(const struct plan *plan)
{
	const struct options *options = plan->options;

	for (int signal = 1; signal <= SIGNAL_LAST; signal++) {
		int sent = options->rewrite[signal];
		bool stops = options->stop_signals & signal_bit(signal);

		if (sent == SIGCONT || (stops && (sent == SIGKILL || sent == SIGSTOP)))
			return false;
		for (int i = 0; i < plan->escalations; i++)
			if (stops && plan->escalate[i].signal == sent)
				return false;
	}
	for (int i = 0; i < plan->escalations; i++)
		if (strchr((char[]){ SIGTERM, SIGCONT, SIGKILL, 0 }, plan->escalate[i].signal))
			return false;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static char said[4096];
	struct feed feed = { bytes, size };
	struct given given;
	struct options options;
	struct plan plan;
	struct problem problem;
	enum mode mode;
	struct writer wrong = writer_on(said, sizeof said);
	struct writer warnings = writer_on(said, sizeof said);

	memset(&options, 0, sizeof options);
	given_words(&given, &feed);
	if (scan(given.program, &given.invocation, &options, &mode, &wrong, &warnings) &&
	        mode == MODE_RUN && plan_make(&options, &plan, &problem)) {
		if (given.program->words)
			stand_in(&plan, &feed);
		else if (is_plain(&plan))
			live(&plan, &feed);
	}
	given_free(&given);
	return 0;
}
