/* Command lines: what passes the check splits within its bounds, and its words quoted again are the same words. */
#include "fuzz/fuzz.h"

#include "text/command.h"

struct split {
	char *bytes;
	char **words;
	size_t count;
};

static struct split split(const char *text)
{
	struct split split = { malloc(COMMAND_BYTES),
		malloc((COMMAND_WORDS + 1) * sizeof(char *)), 0 };

	require(split.bytes && split.words);
	command_split(text, split.bytes, split.words);
	while (split.words[split.count])
		split.count++;
	require(split.count >= 1 && split.count <= COMMAND_WORDS);
	return split;
}

static void done(struct split *split)
{
	free(split->bytes);
	free(split->words);
}

/* As a careful person writes any word. */
static void quote(struct writer *writer, const char *word)
{
	write_char(writer, '\'');
	for (; *word != '\0'; word++) {
		if (*word == '\'')
			write_text(writer, "'\\''");
		else
			write_char(writer, *word);
	}
	write_text(writer, "' ");
}

static void quote_and_split(const struct split *first)
{
	static char text[COMMAND_BYTES];
	struct writer writer = writer_on(text, sizeof text - 1);
	struct split again;

	for (size_t i = 0; i < first->count; i++)
		quote(&writer, first->words[i]);
	if (writer.full)
		return;
	text[writer.length] = '\0';
	require(!command_check(text));
	again = split(text);
	require(again.count == first->count);
	for (size_t i = 0; i < first->count; i++)
		require(strcmp(again.words[i], first->words[i]) == 0);
	done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = fuzz_text(bytes, size);
	const char *wrong = command_check(text);

	if (!wrong) {
		struct split first = split(text);
		size_t sum = 0;

		for (size_t i = 0; i < first.count; i++) {
			require(first.words[i] == first.bytes + sum);
			sum += strlen(first.words[i]) + 1;
		}
		require(sum <= strlen(text) + 1);
		quote_and_split(&first);
		done(&first);
	}
	require(!wrong || *wrong != '\0');
	free(text);
	return 0;
}
