#pragma once
#include "decoders.h"

/// Begins every reply.
#define ANIWHO_REPLY_MARK 0x57494E41U

/// Writes what was decoded, or why not, to standard output. Returns false if nobody reads it.
bool aniwho_reply(enum aniwho_outcome outcome, const struct aniwho_frames *frames);
