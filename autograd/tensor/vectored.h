#pragma once

#include <type_traits>

/// One loop, compiled for the instruction sets of x86-64 and chosen when the program runs.
///
/// The compiler turns a loop without branches or calls into vectors, but only as wide as the
/// processors that it may assume, and those of x86-64 have 128 bits and no fused multiply-add. Here
/// the same code is compiled three times, flattened into functions that may assume more. No
/// operation is reordered or contracted on the way, so every version gives the same bits; std::fma
/// is exact on all of them, and fast where the processor has it.
///
/// (The matrix product goes another way, through Highway: it must say itself what stands in which
/// register. An elementwise rule is written once, for scalars, and should not know of vectors.)
namespace autograd {
namespace detail {

enum class Vectors { plain, avx2, avx512 };

#if defined(__x86_64__)
inline Vectors best_vectors() {
  static const Vectors best = [] {
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw")) {
      return Vectors::avx512;
    }
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? Vectors::avx2
                                                                           : Vectors::plain;
  }();
  return best;
}

template <class Loop>
[[gnu::target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma"), gnu::flatten]] void with_avx512(
    const Loop& loop) {
  loop();
}

template <class Loop>
[[gnu::target("avx2,fma"), gnu::flatten]] void with_avx2(const Loop& loop) {
  loop();
}
#endif

}  // namespace detail

/// Calls `loop()`, which works on numbers of type T: compiled for the best of those instruction
/// sets that this machine has if those are numbers of the processor.
template <class T, class Loop>
void vectored(const Loop& loop) {
#if defined(__x86_64__)
  if constexpr (std::is_arithmetic_v<T>) {
    switch (detail::best_vectors()) {
      case detail::Vectors::avx512:
        return detail::with_avx512(loop);
      case detail::Vectors::avx2:
        return detail::with_avx2(loop);
      case detail::Vectors::plain:
        break;
    }
  }
#endif
  loop();
}

}  // namespace autograd
