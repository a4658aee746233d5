#include "bench/speed/machine.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <fstream>
#include <vector>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define BENCH_X86 1
#else
#define BENCH_X86 0
#endif

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// Sums that do not wait for one another: two units times a latency of five at most are ten. There
// are thirty-two registers with AVX-512, sixteen without, two of them for the factors, which keep
// the sums at 1, far from infinity and from denormal numbers.
constexpr std::size_t chains = 16;

// Each returns the operations done in `steps` steps, and puts the sums where nobody can leave them
// out.
using Kernel = double (*)(long steps, volatile double* sink);

template <class T>
double plain(long steps, volatile double* sink) {
  std::array<T, chains> sum;
  sum.fill(T(1));
  const volatile T half = T(0.5);
  const T factor = half, addend = half;
  for (long s = 0; s < steps; ++s) {
    for (T& x : sum) x = x * factor + addend;
  }
  for (const T x : sum) *sink = *sink + static_cast<double>(x);
  return 2.0 * static_cast<double>(chains) * static_cast<double>(steps);
}

#if BENCH_X86
constexpr std::size_t avx2_chains = 12;

// The same with vectors of T. A function for a wider processor than the program is compiled for
// must say so itself, and so must all that is to be inlined into it: hence one loop for each.
#define BENCH_AVX512 __attribute__((target("avx512f"), always_inline)) inline
#define BENCH_AVX2 __attribute__((target("avx2,fma"), always_inline)) inline

struct Avx512 {
  BENCH_AVX512 static __m512 all(float x) { return _mm512_set1_ps(x); }
  BENCH_AVX512 static __m512d all(double x) { return _mm512_set1_pd(x); }
  BENCH_AVX512 static __m512 fma(__m512 x, __m512 a, __m512 b) { return _mm512_fmadd_ps(x, a, b); }
  BENCH_AVX512 static __m512d fma(__m512d x, __m512d a, __m512d b) {
    return _mm512_fmadd_pd(x, a, b);
  }
  BENCH_AVX512 static double first(__m512 x) { return static_cast<double>(_mm512_cvtss_f32(x)); }
  BENCH_AVX512 static double first(__m512d x) { return _mm512_cvtsd_f64(x); }
};

struct Avx2 {
  BENCH_AVX2 static __m256 all(float x) { return _mm256_set1_ps(x); }
  BENCH_AVX2 static __m256d all(double x) { return _mm256_set1_pd(x); }
  BENCH_AVX2 static __m256 fma(__m256 x, __m256 a, __m256 b) { return _mm256_fmadd_ps(x, a, b); }
  BENCH_AVX2 static __m256d fma(__m256d x, __m256d a, __m256d b) {
    return _mm256_fmadd_pd(x, a, b);
  }
  BENCH_AVX2 static double first(__m256 x) { return static_cast<double>(_mm256_cvtss_f32(x)); }
  BENCH_AVX2 static double first(__m256d x) { return _mm256_cvtsd_f64(x); }
};
#undef BENCH_AVX512
#undef BENCH_AVX2

template <class T>
__attribute__((target("avx512f"))) double with_avx512(long steps, volatile double* sink) {
  const volatile T half = T(0.5);
  const auto factor = Avx512::all(half), addend = factor;
  decltype(Avx512::all(T())) sum[chains];
  for (auto& x : sum) x = Avx512::all(T(1));
  for (long s = 0; s < steps; ++s) {
#pragma GCC unroll 16
    for (std::size_t i = 0; i < chains; ++i) sum[i] = Avx512::fma(sum[i], factor, addend);
  }
  for (const auto& x : sum) *sink = *sink + Avx512::first(x);
  constexpr std::size_t operations = 2 * (64 / sizeof(T)) * chains;  // of a step
  return static_cast<double>(operations) * static_cast<double>(steps);
}

template <class T>
__attribute__((target("avx2,fma"))) double with_avx2(long steps, volatile double* sink) {
  const volatile T half = T(0.5);
  const auto factor = Avx2::all(half), addend = factor;
  decltype(Avx2::all(T())) sum[avx2_chains];
  for (auto& x : sum) x = Avx2::all(T(1));
  for (long s = 0; s < steps; ++s) {
#pragma GCC unroll 16
    for (std::size_t i = 0; i < avx2_chains; ++i) sum[i] = Avx2::fma(sum[i], factor, addend);
  }
  for (const auto& x : sum) *sink = *sink + Avx2::first(x);
  constexpr std::size_t operations = 2 * (32 / sizeof(T)) * avx2_chains;  // of a step
  return static_cast<double>(operations) * static_cast<double>(steps);
}

bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
#endif

Kernel kernel(bool single) {
#if BENCH_X86
  if (has_avx512()) return single ? with_avx512<float> : with_avx512<double>;
  if (has_avx2()) return single ? with_avx2<float> : with_avx2<double>;
#endif
  return single ? plain<float> : plain<double>;
}

}  // namespace

bool has_avx512() {
#if BENCH_X86
  return __builtin_cpu_supports("avx512f") != 0;
#else
  return false;
#endif
}

std::string widest_instructions() {
#if BENCH_X86
  if (has_avx512()) return "AVX-512";
  if (has_avx2()) return "AVX2 with FMA";
#endif
  return "plain C++";
}

double fma_peak(const std::string& dtype, double seconds) {
  constexpr int parts = 10;
  const Kernel run = kernel(dtype == "f32");
  volatile double sink = 0;
  long steps = 1000;
  for (;; steps *= 2) {
    const auto begin = Clock::now();
    run(steps, &sink);
    if (since(begin) > seconds / parts / 2) break;
  }
  double best = 0;
  for (int part = 0; part < parts; ++part) {
    const auto begin = Clock::now();
    const double operations = run(steps, &sink);
    best = std::max(best, operations / since(begin));
  }
  return best;
}

double copy_bandwidth() {
  constexpr std::size_t bytes = std::size_t{1} << 29U;  // beyond the caches of large machines
  std::vector<char> from(bytes, 1), to(bytes, 0);
  double best = 0;
  for (int i = 0; i < 3; ++i) {
    const auto begin = Clock::now();
    std::memcpy(to.data(), from.data(), bytes);
    from[static_cast<std::size_t>(i)] = to[bytes - 1];  // the copy is needed
    best = std::max(best, 2 * static_cast<double>(bytes) / since(begin));
  }
  return best;
}

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

}  // namespace bench
