#pragma once
#include <stddef.h>

/// A text that was embedded when the program was built; not terminated by a zero.
typedef struct {
    const unsigned char *bytes;
    size_t count;
} localnet_document;

/// Prompts of a chat application, one a line.
localnet_document localnet_chat_prompts(void);
/// Prompts of an application that asks single questions, one a line.
localnet_document localnet_question_prompts(void);
/// Texts to summarize, one a line.
localnet_document localnet_text_prompts(void);
/// What is real and what is mock, in Markdown.
localnet_document localnet_differences(void);
