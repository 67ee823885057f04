#include "options/usage.h"

#include "text/wrap.h"

#ifndef DRAINIT_VERSION
#define DRAINIT_VERSION "0.1.0"
#endif

/* Where the description begins, and where a line ends at the latest. */
#define HELP_COLUMN 30
static const struct wrap description = { HELP_COLUMN, 80 };

/* "  -r, --rewrite S:R", up to the description's column. */
static void write_names(struct writer *writer, const struct row *row)
{
	size_t start = writer->length;

	write_text(writer, "  ");
	if (row->letter) {
		write_char(writer, '-');
		write_char(writer, row->letter);
		write_text(writer, row->name[0] ? ", " : "");
	} else {
		write_text(writer, "    ");
	}
	write_text(writer, row->name[0] ? "--" : "");
	write_text(writer, row->name);
	if (row->takes) {
		write_text(writer, row->optional ? "[=" : " ");
		write_text(writer, row->takes);
		write_text(writer, row->optional ? "]" : "");
	}
	size_t column = writer->length - start;
	if (column >= HELP_COLUMN) {
		write_char(writer, '\n');
		column = 0;
	}
	wrap_spaces(writer, HELP_COLUMN - column);
}

static void write_row(struct writer *writer, const struct row *row)
{
	const char *preset = row->preset ? row->preset : row->unset;

	if (row->heading) {
		write_char(writer, '\n');
		write_text(writer, row->heading);
		write_text(writer, ":\n");
	}
	write_names(writer, row);
	size_t column = wrap_text(writer, description, row->help, HELP_COLUMN);
	if (preset) {
		char text[64];
		struct writer bracket = writer_on(text, sizeof(text) - 1);
		write_char(&bracket, '[');
		write_text(&bracket, preset);
		write_char(&bracket, ']');
		text[bracket.length] = '\0';
		wrap_text(writer, description, text, column);
	}
	write_char(writer, '\n');
}

static void write_rows(struct writer *writer, const struct program *program)
{
	for (size_t i = 0; i < program->count; i++)
		write_row(writer, &program->rows[i]);
}

/* Another program's: its first lines, which scripts know, and the rows that it has with us. */
static void foreign_help(
        const struct program *program, const struct places *places, struct writer *writer)
{
	write_template(writer, program->words->usage, places);
	write_char(writer, '\n');
	write_rows(writer, program);
	write_text(writer, "\nThis is drainit " DRAINIT_VERSION
	                   " under another name; DRAINIT_GRACE makes its stop orderly.\n");
}

void usage_help(
        const struct program *program, const struct places *places, struct writer *writer)
{
	if (program->words) {
		foreign_help(program, places, writer);
		return;
	}
	write_text(writer, "Usage: ");
	write_text(writer, program->name);
	write_text(writer, " [OPTIONS] [--] COMMAND [ARG...]\n");
	write_text(writer, program->about);
	write_rows(writer, program);
	write_text(writer,
	        "\nD: 500ms, 10s, 1.5s, 1m30s, 2h; 10 is 10s; 40% is of grace less spent.\n"
	        "S, R: TERM, SIGTERM, 15, RTMIN+3. CMD: words as in a shell; no shell runs.\n"
	        "[...]: what holds if nothing is given.\n"
	        "Environment: --drain-max is DRAINIT_DRAIN_MAX, and so on; a flag takes 1 or "
	        "0,\n"
	        "a repeatable option a comma list. The command line wins.\n");
}

void usage_version(const struct program *program, struct writer *writer)
{
	if (program->words) {
		write_text(writer, program->words->version);
		return;
	}
	write_text(writer, program->name);
	write_text(writer, " " DRAINIT_VERSION "\n");
}

void usage_license(struct writer *writer)
{
	write_text(writer,
	        "MIT License\n"
	        "\n"
	        "Copyright (c) 2026 The drainit contributors\n"
	        "\n"
	        "Permission is hereby granted, free of charge, to any person obtaining a copy\n"
	        "of this software and associated documentation files (the \"Software\"), to "
	        "deal\n"
	        "in the Software without restriction, including without limitation the rights\n"
	        "to use, copy, modify, merge, publish, distribute, sublicense, and/or sell\n"
	        "copies of the Software, and to permit persons to whom the Software is\n"
	        "furnished to do so, subject to the following conditions:\n"
	        "\n"
	        "The above copyright notice and this permission notice shall be included in "
	        "all\n"
	        "copies or substantial portions of the Software.\n"
	        "\n"
	        "THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR\n"
	        "IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,\n"
	        "FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE\n"
	        "AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER\n"
	        "LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING "
	        "FROM,\n"
	        "OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN "
	        "THE\n"
	        "SOFTWARE.\n");
}
