#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

/// The numbers that every contender starts from, in any language: the i-th number of a stream is a
/// function of both (SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", 2014), so no file has to be handed round.
namespace bench {

/// Uniform in [0, 1), a multiple of 2⁻⁵³.
double uniform(std::uint64_t stream, std::uint64_t i);

/// Numbers 0, 1, …, count − 1 of a stream, low + (high − low)·u in double precision, then rounded
/// to T: float or double.
template <class T>
std::vector<T> uniform(std::uint64_t stream, std::size_t count, double low, double high);

/// Whole numbers below `bound`, in the same way.
std::vector<std::int64_t> labels(std::uint64_t stream, std::size_t count, std::int64_t bound);

}  // namespace bench
