#include "text/number.h"

int number_parse(const char *text, size_t length, size_t most)
{
	int number = 0;

	if (length < 1 || length > most)
		return -1;
	for (; length > 0; text++, length--) {
		if (*text < '0' || *text > '9')
			return -1;
		number = number * 10 + (*text - '0');
	}
	return number;
}
