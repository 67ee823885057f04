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

int64_t number_behind(const char *text, size_t length)
{
	const int64_t most = (int64_t)1000000000 * 1000000000;
	int64_t number = -1;

	for (; length > 0 && *text >= '0' && *text <= '9'; text++, length--) {
		if (number >= most / 10)
			return most;
		number = (number < 0 ? 0 : number * 10) + (*text - '0');
	}
	return number;
}

int number_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}
