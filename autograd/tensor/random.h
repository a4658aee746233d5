#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "autograd/tensor/tensor.h"

/// Random numbers that are the same on every machine, for ever.
///
/// The generator is counter-based (Philox 4×32-10: Salmon, Moraes, Dror and Shaw, "Parallel random
/// numbers: as easy as 1, 2, 3", 2011): the i-th number is a function of the seed, the stream and
/// i. Streams of one seed are independent of one another. Normal numbers come from the inverse of
/// the distribution function with arithmetic that IEEE 754 fixes to the last bit, so no
/// mathematical library has a say in them.
///
///     Random random(1);
///     Tensor w = random.normal({40, 784}, 0, 0.01);
namespace autograd {

class Random {
 public:
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0) : seed_(seed), stream_(stream) {}

  /// The next 64 bits.
  std::uint64_t bits();

  /// Passes over the next `count` numbers, each of which bits, uniform and normal would draw one
  /// of.
  void skip(std::uint64_t count);

  /// Uniform in [0, 1), a multiple of 2⁻⁵³.
  double uniform();

  /// Normal with mean 0 and deviation 1; never beyond 8.3.
  double normal();

  /// Uniform among 0, 1, …, bound − 1, without bias.
  Index below(Index bound);

  /// Uniform in [low, high). f32 numbers are the f64 ones, rounded, which may give `high` itself.
  Tensor uniform(const Shape& shape, double low = 0, double high = 1, Dtype dtype = f64);

  Tensor normal(const Shape& shape, double mean = 0, double deviation = 1, Dtype dtype = f64);

  /// i64, uniform among low, …, high − 1.
  Tensor integers(const Shape& shape, Index low, Index high);

  /// 0, 1, …, n − 1 in random order.
  std::vector<Index> permutation(Index n);

  /// Another stream of the same seed, from its beginning. Streams split from streams differ as
  /// well.
  Random split(std::uint64_t stream) const;

 private:
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t block_ = 0;   // the next block of four words
  std::uint64_t second_ = 0;  // the second half of the last block
  bool half_left_ = false;
};

/// One block of Philox 4×32-10.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                    std::array<std::uint32_t, 2> key);

/// The number below which a standard normal lies with probability p, 0 < p < 1, to about 1e-16
/// relative (Wichura, algorithm AS 241, PPND16, 1988).
double normal_quantile(double p);

}  // namespace autograd
