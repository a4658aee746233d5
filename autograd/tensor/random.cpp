#include "autograd/tensor/random.h"

#include <bit>
#include <cmath>
#include <numeric>
#include <string>

#include "autograd/tensor/error.h"

namespace autograd {
namespace {

// ln x for a positive normal x, with no operation that is not exactly rounded:
// x = m·2^e with m in [√½, √2), ln m = 2·artanh(s), s = (m − 1)/(m + 1).
double portable_log(double x) {
  constexpr double ln2 = 0.693147180559945309417;
  constexpr double root_half = 0.707106781186547524401;
  const auto pattern = std::bit_cast<std::uint64_t>(x);
  int exponent = static_cast<int>(pattern >> 52) - 1022;
  constexpr std::uint64_t fraction = (std::uint64_t{1} << 52) - 1;
  double m = std::bit_cast<double>((pattern & fraction) | std::uint64_t{1022} << 52);  // [½, 1)
  if (m < root_half) {
    m *= 2;
    --exponent;
  }
  const double s = (m - 1) / (m + 1);
  double sum = 0;
  for (int k = 25; k >= 1; k -= 2) sum = sum * s * s + 1.0 / k;
  return exponent * ln2 + 2 * s * sum;
}

using Coefficients = std::array<double, 8>;

double polynomial(const Coefficients& c, double x) {
  double sum = 0;
  for (std::size_t i = c.size(); i-- > 0;) sum = sum * x + c[i];
  return sum;
}

struct Ratio {
  Coefficients numerator;
  Coefficients denominator;
  double operator()(double x) const {
    return polynomial(numerator, x) / polynomial(denominator, x);
  }
};

constexpr Ratio middle{{3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
                        1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
                        3.3430575583588128105e4, 2.5090809287301226727e3},
                       {1, 4.2313330701600911252e1, 6.8718700749205790830e2,
                        5.3941960214247511077e3, 2.1213794301586595867e4, 3.9307895800092710610e4,
                        2.8729085735721942674e4, 5.2264952788528545610e3}};
constexpr Ratio outer{
    {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
     3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
     2.27238449892691845833e-2, 7.74545014278341407640e-4},
    {1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
     1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
     1.05075007164441684324e-9}};
constexpr Ratio tail{
    {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
     2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
     2.71155556874348757815e-5, 2.01033439929228813265e-7},
    {1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
     7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
     2.04426310338993978564e-15}};

// A tensor of a floating dtype whose elements are drawn one after another.
template <class Draw>
Tensor drawn(std::string_view operation, const Shape& shape, Dtype dtype, Draw&& draw) {
  if (!is_floating(dtype)) {
    throw Error(std::string(operation) + ": the dtype must be f32 or f64; got i64; use integers()");
  }
  return with_floating(dtype, [&](auto zero) {
    using T = decltype(zero);
    return Tensor::build<T>(shape, [&](std::span<T> out) {
      for (T& number : out) number = static_cast<T>(draw());
    });
  });
}

// Uniform in [0, range), without bias.
std::uint64_t below_range(Random& random, std::uint64_t range) {
  const std::uint64_t uneven = (0 - range) % range;  // 2⁶⁴ mod range: too many by that many
  std::uint64_t word = random.bits();
  while (word < uneven) word = random.bits();
  return word % range;
}

}  // namespace

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                    std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t first = std::uint64_t{0xD2511F53} * counter[0];
    const std::uint64_t second = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<std::uint32_t>(second >> 32) ^ counter[1] ^ key[0],
               static_cast<std::uint32_t>(second),
               static_cast<std::uint32_t>(first >> 32) ^ counter[3] ^ key[1],
               static_cast<std::uint32_t>(first)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

double normal_quantile(double p) {
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) return q * middle(0.180625 - q * q);
  const double r = std::sqrt(-portable_log(q < 0 ? p : 1 - p));
  const double z = r <= 5 ? outer(r - 1.6) : tail(r - 5);
  return q < 0 ? -z : z;
}

Random Random::split(std::uint64_t stream) const {
  if (stream_ == 0) return Random(seed_, stream);
  // A number of its own for each pair of parent and child.
  const auto half = [](std::uint64_t word, int shift) {
    return static_cast<std::uint32_t>(word >> shift);
  };
  const auto words = philox({half(stream, 0), half(stream, 32), 0x73706c69, 0x74},
                            {half(stream_, 0), half(stream_, 32)});
  return Random(seed_, words[0] | std::uint64_t{words[1]} << 32);
}

std::uint64_t Random::bits() {
  if (half_left_) {
    half_left_ = false;
    return second_;
  }
  const auto low = [](std::uint64_t word) { return static_cast<std::uint32_t>(word); };
  const auto high = [](std::uint64_t word) { return static_cast<std::uint32_t>(word >> 32); };
  const auto words =
      philox({low(block_), high(block_), low(stream_), high(stream_)}, {low(seed_), high(seed_)});
  ++block_;
  second_ = words[2] | std::uint64_t{words[3]} << 32;
  half_left_ = true;
  return words[0] | std::uint64_t{words[1]} << 32;
}

void Random::skip(std::uint64_t count) {
  if (half_left_ && count > 0) {
    half_left_ = false;
    --count;
  }
  block_ += count / 2;
  if (count % 2 == 1) bits();
}

double Random::uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

// Half a step inside (0, 1), so that neither end is ever asked for.
double Random::normal() {
  return normal_quantile((static_cast<double>(bits() >> 12) + 0.5) * 0x1p-52);
}

Index Random::below(Index bound) {
  if (bound <= 0) {
    throw Error("below: the bound must be positive; got " + std::to_string(bound));
  }
  return static_cast<Index>(below_range(*this, static_cast<std::uint64_t>(bound)));
}

Tensor Random::uniform(const Shape& shape, double low, double high, Dtype dtype) {
  if (!(low <= high)) {
    throw Error("uniform: low must not exceed high; got " + std::to_string(low) + " and " +
                std::to_string(high));
  }
  return drawn("uniform", shape, dtype, [&] { return low + (high - low) * uniform(); });
}

Tensor Random::normal(const Shape& shape, double mean, double deviation, Dtype dtype) {
  if (!(deviation >= 0)) {
    throw Error("normal: the deviation must not be negative; got " + std::to_string(deviation));
  }
  return drawn("normal", shape, dtype, [&] { return mean + deviation * normal(); });
}

Tensor Random::integers(const Shape& shape, Index low, Index high) {
  if (low >= high) {
    throw Error("integers: low must be below high; got " + std::to_string(low) + " and " +
                std::to_string(high));
  }
  const auto first = static_cast<std::uint64_t>(low);  // unsigned, for high − low may not fit
  const std::uint64_t range = static_cast<std::uint64_t>(high) - first;
  return Tensor::build<Index>(shape, [&](std::span<Index> out) {
    for (Index& number : out) number = static_cast<Index>(first + below_range(*this, range));
  });
}

std::vector<Index> Random::permutation(Index n) {
  if (n < 0) throw Error("permutation: n must not be negative; got " + std::to_string(n));
  std::vector<Index> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), Index{0});
  for (Index i = n; i-- > 1;) {  // Fisher and Yates
    std::swap(order[static_cast<std::size_t>(i)], order[static_cast<std::size_t>(below(i + 1))]);
  }
  return order;
}

}  // namespace autograd
