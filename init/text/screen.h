/*
 * screen: what the environment says of where stdout is read.
 */
#ifndef TEXT_SCREEN_H
#define TEXT_SCREEN_H

#include <stdbool.h>

struct screen {
	int columns; /* as asked for: whoever draws knows what it can fill */
	bool utf8;
	bool colour;
};

/*
 * screen_of: the locale is the first of LC_ALL, LC_CTYPE and LANG that is set and not empty.
 * Colour is for a terminal without NO_COLOR (no-color.org: set and not empty) and not TERM=dumb.
 * tty      is it a terminal?
 * columns  that it says it has; 0: COLUMNS is asked, and 80 where that is no number.
 */
struct screen screen_of(char *const *environment, bool tty, int columns);

#endif
