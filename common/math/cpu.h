/*
 * cpu - one binary for every processor
 *
 * A function marked CPU_CLONES is compiled for plain x86-64, for AVX2 with
 * FMA and for AVX-512, and the loader picks; elsewhere, and under sanitizers,
 * which start too late for the loader's choice, it is compiled once.  So it is
 * with CPU_ONE, for `make coverage`: a processor can run only one of the copies.
 */

#ifndef CPU_H
#define CPU_H

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&         \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) &&         \
    !defined(CPU_ONE)
#define CPU_CLONES                                                             \
	__attribute__((                                                        \
	    target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CPU_CLONES
#endif

#endif
