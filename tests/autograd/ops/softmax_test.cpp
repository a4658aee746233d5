#include "autograd/ops/softmax.h"

#include <cmath>
#include <limits>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/slice.h"
#include "autograd/tensor/parallel.h"
#include "autograd/tensor/random.h"
#include "tests/autograd/ops/expect.h"

// Lines are worked on eight at a time, or eight numbers of a long line at a time: whatever their
// number, length and axis, results are those of the plain formulas in long double.

namespace autograd {
namespace {

using Numbers = std::vector<double>;
using Wide = std::vector<long double>;
using Function = std::function<Tensor(const Tensor&)>;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Case {
  Shape shape;
  int axis;
};

const std::vector<Case> cases{
    {{1, 1}, 1},     {{1, 1}, 0},     {{5, 1}, 1},    {{1, 7}, 1},     {{2, 8}, 1},
    {{1, 30}, 1},    {{3, 10}, 1},    {{4, 10}, 1},   {{7, 10}, 1},    {{8, 10}, 1},
    {{9, 10}, 1},    {{17, 64}, 1},   {{16, 65}, 1},  {{3, 65}, 1},    {{1, 64}, 1},
    {{2, 513}, 1},   {{1, 1000}, 1},  {{40, 2}, 1},   {{25, 83}, 0},   {{1, 9}, 0},
    {{65, 7}, 0},    {{130, 3}, 0},   {{64, 8}, 0},   {{10, 16}, 0},   {{2, 5, 3}, 1},
    {{3, 70, 9}, 1}, {{2, 3, 16}, 1}, {{7, 4, 1}, 1}, {{3, 4, 10}, 2}, {{6, 2, 5}, 0}};

/// The places of the lines' numbers.
std::vector<std::vector<std::size_t>> lines_of(const Case& c) {
  std::size_t inner = 1, outer = 1;
  for (int axis = 0; axis < c.shape.rank(); ++axis) {
    const auto extent = static_cast<std::size_t>(c.shape[axis]);
    if (axis < c.axis) outer *= extent;
    if (axis > c.axis) inner *= extent;
  }
  const auto n = static_cast<std::size_t>(c.shape[c.axis]);
  std::vector<std::vector<std::size_t>> lines(outer * inner);
  for (std::size_t k = 0; k < lines.size(); ++k) {
    for (std::size_t i = 0; i < n; ++i) {
      lines[k].push_back((k / inner * n + i) * inner + k % inner);
    }
  }
  return lines;
}

Tensor random_logits(const Shape& shape, Dtype dtype, std::uint64_t seed) {
  return (6 * Random(seed).normal(shape)).converted(dtype);
}

/// A result and the sizes of the terms that it is a sum of.
struct Sums {
  Wide exact, terms;
  explicit Sums(std::size_t n) : exact(n), terms(n) {}
};

double unit(Dtype dtype, long double size) {
  const int digits = dtype == f32 ? 24 : 53;
  return std::ldexp(1.0, (size == 0 ? -1000 : std::ilogb(size)) + 1 - digits);
}

void expect_ulps(const Tensor& y, const Sums& sums, Dtype dtype, double ulps,
                 const std::string& what) {
  const Numbers got = to_vector(y.converted(f64));
  ASSERT_EQ(got.size(), sums.exact.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double off = static_cast<double>(std::abs(got[i] - sums.exact[i]));
    EXPECT_LE(off, ulps * unit(dtype, sums.terms[i])) << what << " at " << i << ": " << got[i];
  }
}

/// A line of logits in long double.
struct Line {
  Wide p, log_p;
  std::size_t top = 0;
  long double total;
  Line(const Numbers& x, const std::vector<std::size_t>& places) {
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (x[places[i]] > x[places[top]]) top = i;
    }
    const long double m = x[places[top]];
    long double beside = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (i != top) beside += std::exp(x[places[i]] - m);
    }
    total = m + std::log1p(beside);
    for (const std::size_t place : places) {
      p.push_back(std::exp(x[place] - m) / (1 + beside));
      log_p.push_back((x[place] - m) - std::log1p(beside));
    }
  }
};

template <class Body>
void for_each_case(const Body& body) {
  std::uint64_t seed = 1;
  for (const Case& c : cases) {
    for (const Dtype dtype : {f32, f64}) {
      const Tensor x = random_logits(c.shape, dtype, ++seed);
      const std::string what = to_string(c.shape) + " along axis " + std::to_string(c.axis) +
                               (dtype == f32 ? " in f32" : " in f64");
      body(c, x, to_vector(x.converted(f64)), what);
    }
  }
}

/// x's adjoint where that of f(x) is dy.
Tensor pulled(const Function& f, const Tensor& x, const Tensor& dy) {
  Tape tape;
  const Tensor u = tape.watch(x);
  return tape.gradient(f(u), dy)[u];
}

TEST(Softmaxes, OfLinesOfAnyNumberLengthAndAxisAreExactToAboutHalfAnUlp) {
  for_each_case(
      [](const Case& c, const Tensor& x, const Numbers& numbers, const std::string& what) {
        Sums p(numbers.size()), log_p(numbers.size());
        const auto lines = lines_of(c);
        Sums total(lines.size());
        for (std::size_t k = 0; k < lines.size(); ++k) {
          const Line line(numbers, lines[k]);
          total.exact[k] = line.total;
          total.terms[k] =
              std::max(std::abs(line.total), std::abs(line.total - numbers[lines[k][line.top]]));
          for (std::size_t i = 0; i < lines[k].size(); ++i) {
            p.exact[lines[k][i]] = p.terms[lines[k][i]] = line.p[i];
            log_p.exact[lines[k][i]] = log_p.terms[lines[k][i]] = line.log_p[i];
          }
        }
        expect_ulps(softmax(x, c.axis), p, x.dtype(), 0.65, "softmax " + what);
        expect_ulps(log_softmax(x, c.axis), log_p, x.dtype(), 0.65, "log_softmax " + what);
        expect_ulps(logsumexp(x, c.axis), total, x.dtype(), 0.65, "logsumexp " + what);
      });
}

TEST(Softmaxes, HaveAdjointsThatAreExactToAboutHalfAnUlpOfTheirTerms) {
  for_each_case(
      [](const Case& c, const Tensor& x, const Numbers& numbers, const std::string& what) {
        const Tensor dy = Random(7).normal(c.shape).converted(x.dtype());
        const Numbers d = to_vector(dy.converted(f64));
        Sums dx(numbers.size()), log_dx(numbers.size());
        for (const auto& places : lines_of(c)) {
          const Line line(numbers, places);
          for (std::size_t i = 0; i < places.size(); ++i) {
            const std::size_t at = places[i];
            for (std::size_t j = 0; j < places.size(); ++j) {
              if (j == i) continue;
              const long double term =
                  line.p[i] * line.p[j] * (static_cast<long double>(d[at]) - d[places[j]]);
              dx.exact[at] += term;
              dx.terms[at] += std::abs(term);
              const long double own = d[at] * line.p[j], other = line.p[i] * d[places[j]];
              log_dx.exact[at] += own - other;
              log_dx.terms[at] += std::abs(own) + std::abs(other);
            }
          }
        }
        const auto f = [&](const Tensor& t) { return softmax(t, c.axis); };
        const auto log_f = [&](const Tensor& t) { return log_softmax(t, c.axis); };
        expect_ulps(pulled(f, x, dy), dx, x.dtype(), 1.1, "softmax " + what);
        expect_ulps(pulled(log_f, x, dy), log_dx, x.dtype(), 0.6, "log_softmax " + what);
      });
}

TEST(CrossEntropy, OfAnyNumberOfSamplesAndClassesIsExactToAnUlp) {
  for_each_case(
      [](const Case& c, const Tensor& x, const Numbers& numbers, const std::string& what) {
        if (c.shape.rank() != 2 || c.axis != 1) return;
        const auto lines = lines_of(c);
        std::vector<std::int64_t> labels;
        Sums y(lines.size()), dz(numbers.size());
        const Tensor dy = Random(9).normal({c.shape[0]}).converted(x.dtype());
        const Numbers d = to_vector(dy.converted(f64));
        for (std::size_t k = 0; k < lines.size(); ++k) {
          const Line line(numbers, lines[k]);
          const std::size_t label = (k * 7 + 3) % lines[k].size();
          labels.push_back(static_cast<std::int64_t>(label));
          y.exact[k] = y.terms[k] = -line.log_p[label];
          for (std::size_t i = 0; i < lines[k].size(); ++i) {
            long double slope = line.p[i];
            if (i == label) {
              slope = 0;
              for (std::size_t j = 0; j < lines[k].size(); ++j) slope -= j == i ? 0 : line.p[j];
            }
            dz.exact[lines[k][i]] = dz.terms[lines[k][i]] = slope * d[k];
          }
        }
        const Tensor classes = tensor(labels);
        const auto f = [&](const Tensor& t) { return cross_entropy(t, classes, Reduction::none); };
        expect_ulps(f(x), y, x.dtype(), 0.65, "cross_entropy " + what);
        expect_ulps(pulled(f, x, dy), dz, x.dtype(), 1.6, "cross_entropy " + what);
      });
}

TEST(CrossEntropy, WithProbabilitiesOfAnyNumberIsExactToAnUlpOfItsTerms) {
  for_each_case([](const Case& c, const Tensor& x, const Numbers& numbers,
                   const std::string& what) {
    if (c.shape.rank() != 2 || c.axis != 1) return;
    const Tensor target = softmax(random_logits(c.shape, x.dtype(), 99));
    const Numbers q = to_vector(target.converted(f64));
    const auto lines = lines_of(c);
    Sums y(lines.size()), dz(numbers.size());
    for (std::size_t k = 0; k < lines.size(); ++k) {
      const Line line(numbers, lines[k]);
      for (std::size_t i = 0; i < lines[k].size(); ++i) {
        const std::size_t at = lines[k][i];
        y.exact[k] -= q[at] * line.log_p[i];
        for (std::size_t j = 0; j < lines[k].size(); ++j) {
          if (j == i) continue;
          const long double own = q[at] * line.p[j], other = line.p[i] * q[lines[k][j]];
          dz.exact[at] += other - own;
          dz.terms[at] += other + own;
        }
      }
      y.terms[k] = y.exact[k];
    }
    const auto f = [&](const Tensor& t) {
      return cross_entropy_with_probabilities(t, target, Reduction::none);
    };
    expect_ulps(f(x), y, x.dtype(), 0.65, "cross_entropy " + what);
    expect_ulps(pulled(f, x, ones({c.shape[0]}, x.dtype())), dz, x.dtype(), 1.1, "its dz " + what);
  });
}

void expect_same(const Numbers& a, const Numbers& b, const std::string& what) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_TRUE(a[i] == b[i] || (a[i] != a[i] && b[i] != b[i]))
        << what << " at " << i << ": " << a[i] << " and " << b[i];
  }
}

TEST(Softmaxes, DoNotSeeWhatStandsInTheLinesBesideThem) {
  const Tensor plain = random_logits({19, 11}, f64, 5);
  const std::vector<Function> functions{[](const Tensor& t) { return softmax(t); },
                                        [](const Tensor& t) { return log_softmax(t); },
                                        [](const Tensor& t) { return unsqueeze(logsumexp(t), 1); }};
  for (const double strange : {infinity, -infinity, nan, 1e308, -1e308}) {
    Numbers numbers = to_vector(plain);
    for (const std::size_t line : {2U, 9U, 16U, 18U}) numbers[line * 11 + line % 11] = strange;
    const Tensor x = tensor(numbers, {19, 11});
    for (const Function& f : functions) {
      const Tensor y = f(x), expected = f(plain);
      for (Index line = 0; line < 19; ++line) {
        if (line == 2 || line == 9 || line == 16 || line == 18) continue;
        for (Index i = 0; i < y.extent(1); ++i) EXPECT_EQ(y.at({line, i}), expected.at({line, i}));
      }
      // Side by side in memory it is the same.
      expect_same(to_vector(f(x)), to_vector(y), "again");
    }
    expect_same(to_vector(softmax(transpose(x), 0)), to_vector(transpose(softmax(x))), "softmax");
    expect_same(to_vector(logsumexp(transpose(x), 0)), to_vector(logsumexp(x)), "logsumexp");
  }
}

TEST(Softmaxes, OfALineAreThoseOfTheLineAmongOthers) {
  const Tensor x = random_logits({37, 10}, f64, 6);
  const Tensor all = log_softmax(x);
  for (const Index count : {4, 5, 8, 12, 36}) {
    expect_same(to_vector(log_softmax(slice(x, 0, 0, count))), to_vector(slice(all, 0, 0, count)),
                std::to_string(count));
  }
}

TEST(Softmaxes, OfInfinitiesAreThoseOfTheFormula) {
  for (const Index n : {3, 70}) {
    Numbers none(static_cast<std::size_t>(n), -infinity), one = none, most(none.size(), 1);
    one[1] = 5;
    most[1] = infinity;
    EXPECT_EQ(logsumexp(tensor(none)).item(), -infinity);
    EXPECT_EQ(logsumexp(tensor(one)).item(), 5);
    EXPECT_EQ(logsumexp(tensor(most)).item(), infinity);
    EXPECT_EQ(to_vector(softmax(tensor(one)))[1], 1);
    EXPECT_EQ(to_vector(softmax(tensor(one)))[2], 0);
    EXPECT_EQ(to_vector(log_softmax(tensor(one)))[1], 0);
    EXPECT_EQ(to_vector(log_softmax(tensor(one)))[2], -infinity);
    for (const double x : to_vector(softmax(tensor(none)))) EXPECT_TRUE(std::isnan(x));
    EXPECT_TRUE(std::isnan(to_vector(softmax(tensor(most)))[1]));
    EXPECT_EQ(to_vector(softmax(tensor(most)))[0], 0);
    most[1] = nan;
    for (const double x : to_vector(softmax(tensor(most)))) EXPECT_TRUE(std::isnan(x));
  }
}

TEST(Softmaxes, KeepTheDigitsOfSharesDownToTheSmallestNumbers) {
  for (const double x : {-1.0, -300.0, -690.0, -705.0, -720.0, -744.0, -760.0}) {
    const double exact = static_cast<double>(std::exp(static_cast<long double>(x)) /
                                             (1 + std::exp(static_cast<long double>(x))));
    const double p = softmax(tensor({0, x})).at({1});
    EXPECT_NEAR(p, exact, exact * 0x1p-52 + 0x1p-1074) << x;
  }
}

TEST(Softmaxes, AreTheSameOnAnyNumberOfThreads) {
  const int before = thread_count();
  for (const Case& c :
       {Case{{3001, 10}, 1}, Case{{40, 2003}, 0}, Case{{30, 1500}, 1}, Case{{9, 70, 33}, 1}}) {
    for (const Dtype dtype : {f32, f64}) {
      const Tensor x = random_logits(c.shape, dtype, 3), dy = random_logits(c.shape, dtype, 4);
      const auto f = [&](const Tensor& t) { return log_softmax(t, c.axis) + softmax(t, c.axis); };
      set_thread_count(1);
      const Numbers y = to_vector(f(x)), dx = to_vector(pulled(f, x, dy)),
                    s = to_vector(logsumexp(x, c.axis));
      for (const int threads : {2, 3, 64}) {
        set_thread_count(threads);
        expect_same(to_vector(f(x)), y, "values");
        expect_same(to_vector(pulled(f, x, dy)), dx, "adjoints");
        expect_same(to_vector(logsumexp(x, c.axis)), s, "logsumexp");
      }
      set_thread_count(before);
    }
  }
}

}  // namespace
}  // namespace autograd
