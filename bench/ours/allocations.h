#pragma once

/// The requests that this process makes of the heap: malloc and its kin, and operator new, which
/// ends there.
namespace bench {

/// Whether anybody counts: with the C library of GNU, and without a sanitizer's heap.
bool counts_allocations();

/// How many requests there have been, of all threads.
long long allocations();

}  // namespace bench
