#include "bench/work/numbers.h"

namespace bench {

double uniform(std::uint64_t stream, std::uint64_t i) {
  std::uint64_t z = ((stream << 32U) + i + 1) * 0x9E3779B97F4A7C15U;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return static_cast<double>((z ^ (z >> 31U)) >> 11U) * 0x1p-53;
}

template <class T>
std::vector<T> uniform(std::uint64_t stream, std::size_t count, double low, double high) {
  std::vector<T> numbers(count);
  for (std::size_t i = 0; i < count; ++i) {
    numbers[i] = static_cast<T>(low + (high - low) * uniform(stream, i));
  }
  return numbers;
}

template std::vector<float> uniform(std::uint64_t, std::size_t, double, double);
template std::vector<double> uniform(std::uint64_t, std::size_t, double, double);

std::vector<std::int64_t> labels(std::uint64_t stream, std::size_t count, std::int64_t bound) {
  std::vector<std::int64_t> numbers(count);
  for (std::size_t i = 0; i < count; ++i) {
    numbers[i] = static_cast<std::int64_t>(uniform(stream, i) * static_cast<double>(bound));
  }
  return numbers;
}

}  // namespace bench
