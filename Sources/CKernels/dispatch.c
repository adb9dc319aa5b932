#include "kernels.h"

static const ck_kernels *const sets[] = {
#if defined(__x86_64__)
    &ck_avx512vnni, &ck_avx2,
#endif
    &ck_scalar};

static bool can_run(const ck_kernels *set) {
#if defined(__x86_64__)
    if (set == &ck_avx512vnni)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
            && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
            && __builtin_cpu_supports("avx512vnni");
    if (set == &ck_avx2)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
#endif
    return set == &ck_scalar;
}

const char *ck_kernels_name(size_t index) {
    return index < sizeof sets / sizeof *sets ? sets[index]->name : NULL;
}

const ck_kernels *ck_kernels_named(const char *name) {
    for (size_t index = 0; index < sizeof sets / sizeof *sets; index++)
        if (strcmp(sets[index]->name, name) == 0) return can_run(sets[index]) ? sets[index] : NULL;
    return NULL;
}
