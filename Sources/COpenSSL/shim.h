/* SHA256_Init and its siblings are the fast path for short inputs; OpenSSL 3 marks them deprecated. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <openssl/ripemd.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
