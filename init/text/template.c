#include "text/template.h"

#include <string.h>

#include "text/errname.h"
#include "text/sigtext.h"

static void write_place(struct writer *writer, char place, const struct places *places)
{
	switch (place) {
	case 'a':
		write_plain(writer, places->path, strlen(places->path));
		break;
	case '0':
		write_plain(writer, places->program, strlen(places->program));
		break;
	case 'p':
		write_number(writer, places->pid);
		break;
	case 'c':
		write_number(writer, places->child);
		break;
	case 'v':
		write_plain(writer, places->value, strlen(places->value));
		break;
	case 'o':
		write_plain(writer, &places->letter, 1);
		break;
	case 'n':
		write_number(writer, places->number);
		break;
	case 'm':
		write_number(writer, places->other);
		break;
	case 'e':
		write_error(writer, places->error);
		break;
	case 's':
		write_sigtext(writer, places->number);
		break;
	default:
		write_char(writer, place);
		break;
	}
}

void write_template(struct writer *writer, const char *text, const struct places *places)
{
	for (; *text != '\0'; text++) {
		if (*text == '$' && text[1] != '\0')
			write_place(writer, *++text, places);
		else
			write_char(writer, *text);
	}
}
