#include "output/source.h"

const char *source_word(const struct duration *duration)
{
	if (duration->kind == DURATION_UNSET)
		return "derived";
	switch (duration->source) {
	case SOURCE_OPTION:
		return "option";
	case SOURCE_ENVIRONMENT:
		return "environment";
	case SOURCE_PRESET:
		break;
	}
	return "default";
}

const char *source_grace(const struct options *options)
{
	static const char *const platforms[] = {
		[PLATFORM_KUBERNETES] = "kubernetes",
		[PLATFORM_ECS] = "ecs",
		[PLATFORM_NOMAD] = "nomad",
		[PLATFORM_CLOUD_RUN] = "cloudrun",
		[PLATFORM_DOCKER] = "docker",
	};

	if (options->grace.kind == DURATION_UNSET)
		return platforms[options->platform];
	return source_word(&options->grace);
}
