#include "CDocuments.h"

static const unsigned char chat[] = {
#embed "../../fixtures/prompts/chat.txt"
};
static const unsigned char questions[] = {
#embed "../../fixtures/prompts/questions.txt"
};
static const unsigned char texts[] = {
#embed "../../fixtures/prompts/texts.txt"
};
static const unsigned char differences[] = {
#embed "../../docs/differences.md"
};

localnet_document localnet_chat_prompts(void) { return (localnet_document){chat, sizeof chat}; }
localnet_document localnet_question_prompts(void) { return (localnet_document){questions, sizeof questions}; }
localnet_document localnet_text_prompts(void) { return (localnet_document){texts, sizeof texts}; }
localnet_document localnet_differences(void) { return (localnet_document){differences, sizeof differences}; }
