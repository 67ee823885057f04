#include "rehearse/progress.h"

#include <fcntl.h>
#include <unistd.h>

#include "text/writer.h"

#define EVERY      (100 * MSEC)
#define PIPE_BYTES (1 << 20)
#define TENTH      (100 * MSEC)

static struct {
	bool terminal;
	bool drawn; /* the line is there */
	const char *what;
	nsec_t began;
	nsec_t until;
	nsec_t next; /* to be drawn again */
	int said;    /* the pipe's end that the container's stderr is read from; 0: none */
} progress;

static void put(const struct writer *writer)
{
	if (write(STDERR_FILENO, writer->text, writer->length) < 0)
		progress.terminal = false;
}

int progress_begin(void)
{
	int ends[2];

	progress.terminal = isatty(STDERR_FILENO);
	if (!progress.terminal || pipe2(ends, O_CLOEXEC) < 0)
		return STDERR_FILENO;
	/* The container writes as it likes; we read at each tick, and never wait. */
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	fcntl(ends[0], F_SETPIPE_SZ, PIPE_BYTES);
	progress.said = ends[0];
	return ends[1];
}

static void clear(void)
{
	char text[8];
	struct writer line = writer_on(text, sizeof text);

	write_text(&line, "\r\033[K");
	if (progress.drawn)
		put(&line);
	progress.drawn = false;
}

/* What the container has said, above our line. */
static void pass_on(void)
{
	char text[4096];
	ssize_t length;

	while (progress.said > 0 && (length = read(progress.said, text, sizeof text)) > 0) {
		struct writer bytes = writer_on(text, sizeof text);

		bytes.length = (size_t)length;
		clear();
		put(&bytes);
		progress.next = 0;
	}
}

static void draw(nsec_t now)
{
	char text[160];
	struct writer line = writer_on(text, sizeof text);

	write_text(&line, "\r\033[K");
	write_text(&line, progress.what);
	write_text(&line, ": ");
	write_span(&line, (now - progress.began) / TENTH * TENTH);
	if (progress.until != NEVER) {
		write_text(&line, ", at most ");
		write_span(&line, nsec_max(progress.until - now, 0) / TENTH * TENTH);
		write_text(&line, " left");
	}
	put(&line);
	progress.drawn = true;
	progress.next = now + EVERY;
}

void progress_step(const char *what, nsec_t until, nsec_t now)
{
	char text[160];
	struct writer line = writer_on(text, sizeof text);

	progress.what = what;
	progress.began = now;
	progress.until = until;
	if (progress.terminal) {
		draw(now);
		return;
	}
	write_text(&line, "drainit-rehearse: ");
	write_text(&line, what);
	write_char(&line, '\n');
	put(&line);
}

void progress_tick(nsec_t now)
{
	pass_on();
	if (progress.terminal && now >= progress.next)
		draw(now);
}

void progress_end(void)
{
	pass_on();
	clear();
}
