#include <algorithm>
#include <cmath>
#include <string>

#include "autograd/check/text.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/join.h"
#include "autograd/ops/slice.h"
#include "autograd/tensor/factories.h"
#include "autograd/witness/explain.h"

// Causes that are sums: over samples of which some are left out, and with a penalty on the weights.

namespace autograd::check {
namespace {

constexpr Index most_samples = 48;  // whose own gradients are taken one by one

using Numbers = std::vector<double>;

Numbers minus(std::span<const double> a, std::span<const double> b) {
  Numbers d(a.begin(), a.end());
  for (std::size_t i = 0; i < d.size(); ++i) d[i] -= b[i];
  return d;
}

double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// The gradient of each sample's part of the loss.
class Parts {
 public:
  explicit Parts(const Anatomy& anatomy)
      : anatomy_(anatomy), dy_(anatomy.adjoints()[*anatomy.samples()]) {}

  Numbers of_rows(Index begin, Index end) const {
    const Index rows = anatomy_.batch();
    const Tensor here = slice(dy_, 0, begin, end);
    Tensor all = here;
    if (begin > 0) all = concatenate({zeros_like(slice(dy_, 0, 0, begin)), all}, 0);
    if (end < rows) all = concatenate({all, zeros_like(slice(dy_, 0, end, rows))}, 0);
    return anatomy_.gradient_from(*anatomy_.samples(), all);
  }

 private:
  const Anatomy& anatomy_;
  Tensor dy_;
};

// x of A·x = b for a symmetric positive definite A, by Cholesky; empty where it is not.
Numbers solved(std::vector<Numbers> A, Numbers b) {
  const std::size_t n = b.size();
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t k = 0; k < j; ++k) A[j][j] -= A[j][k] * A[j][k];
    if (!(A[j][j] > 1e-13 * std::abs(A[0][0]) + 1e-300)) return {};
    A[j][j] = std::sqrt(A[j][j]);
    for (std::size_t i = j + 1; i < n; ++i) {
      for (std::size_t k = 0; k < j; ++k) A[i][j] -= A[i][k] * A[j][k];
      A[i][j] /= A[j][j];
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= A[i][k] * b[k];
    b[i] /= A[i][i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) b[i] -= A[k][i] * b[k];
    b[i] /= A[i][i];
  }
  return b;
}

std::string list(const std::vector<Index>& samples) {
  if (samples.size() > 6) return std::to_string(samples.size()) + " of the samples";
  std::string text = samples.size() == 1 ? "sample " : "samples ";
  for (std::size_t i = 0; i < samples.size(); ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(samples[i] + 1);
  }
  return text;
}

// In words, which samples were counted.
std::string counted(const std::vector<Index>& kept, const std::vector<Index>& left_out, Index n) {
  if (kept.size() == 1) {
    return kept[0] == 0 ? "only the first sample of the batch counted"
                        : "only " + list(kept) + " of the batch counted";
  }
  if (left_out.size() == 1 && left_out[0] == n - 1) return "the last sample were left out";
  if (left_out.size() == 1 && left_out[0] == 0) return "the first sample were left out";
  return list(left_out) + " were left out";
}

void add_subset(const Case& c, const std::vector<Numbers>& parts, const std::vector<bool>& keep,
                std::vector<Explanation>& found) {
  const auto n = static_cast<Index>(parts.size());
  std::vector<Index> kept, left_out;
  Numbers missing(c.reference.size(), 0.0), rest = c.reference;
  for (Index i = 0; i < n; ++i) {
    (keep[static_cast<std::size_t>(i)] ? kept : left_out).push_back(i);
    if (keep[static_cast<std::size_t>(i)]) continue;
    for (std::size_t j = 0; j < rest.size(); ++j) rest[j] -= parts[static_cast<std::size_t>(i)][j];
  }
  if (kept.empty() || left_out.empty()) return;
  const std::string text = counted(kept, left_out, n);
  const std::string fix = "Sum over all samples of the batch.";
  found.push_back({"samples", text, fix, {}, rest, {}});
  // The same, averaged over those that were counted.
  const double times = static_cast<double>(n) / static_cast<double>(kept.size());
  Numbers averaged = rest;
  for (double& x : averaged) x *= times;
  found.push_back(
      {"samples", text + ", and the mean taken over the others", fix, {}, averaged, {}});
}

// Which samples count, from a least-squares fit of claim − reference in the given entries.
void add_fitted(const Case& c, const std::vector<Numbers>& parts, std::size_t begin,
                std::size_t count, std::vector<Explanation>& found) {
  const std::size_t n = parts.size();
  if (count < n) return;
  const auto in = [&](const Numbers& x) { return std::span(x).subspan(begin, count); };
  std::vector<Numbers> A(n, Numbers(n));
  Numbers b(n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) A[i][j] = dot(in(parts[i]), in(parts[j]));
    b[i] = dot(in(parts[i]), in(c.claimed));
  }
  const Numbers weights = solved(A, b);
  if (weights.empty()) return;
  const double most = *std::max_element(weights.begin(), weights.end());
  std::vector<bool> keep;
  for (const double w : weights) keep.push_back(w > 0.5 * most);
  add_subset(c, parts, keep, found);
}

void add_samples(const Case& c, std::vector<Explanation>& found) {
  const Anatomy& anatomy = c.anatomy;
  if (!anatomy.samples() || anatomy.batch() < 2) return;
  const Parts parts(anatomy);
  const Index n = anatomy.batch();
  if (n > most_samples) {  // the usual suspects only
    for (const auto& [begin, end] : {std::pair<Index, Index>{1, n}, {n - 1, n}, {0, 1}}) {
      const std::string text = end - begin == n - 1 ? "only the first sample of the batch counted"
                               : begin == 0         ? "the first sample were left out"
                                                    : "the last sample were left out";
      found.push_back({"samples",
                       text,
                       "Sum over all samples of the batch.",
                       {},
                       minus(c.reference, parts.of_rows(begin, end)),
                       {}});
    }
    return;
  }
  std::vector<Numbers> all;
  for (Index i = 0; i < n; ++i) all.push_back(parts.of_rows(i, i + 1));
  std::vector<bool> keep(static_cast<std::size_t>(n), false);
  keep.front() = true;
  add_subset(c, all, keep, found);
  keep.assign(static_cast<std::size_t>(n), true);
  keep.back() = false;
  add_subset(c, all, keep, found);
  add_fitted(c, all, 0, c.reference.size(), found);
  for (const Block& block : c.blocks) {
    add_fitted(c, all, static_cast<std::size_t>(block.offset),
               static_cast<std::size_t>(block.count()), found);
  }
}

// The part of the gradient that the samples have no share in: that of penalties.
Numbers penalty_gradient(const Case& c) {
  if (!c.anatomy.samples()) return Numbers(c.reference.size(), 0.0);
  const Tensor dy = c.anatomy.adjoints()[*c.anatomy.samples()];
  return minus(c.reference, c.anatomy.gradient_from(*c.anatomy.samples(), dy));
}

// claim − reference = β·θ in the blocks that are wrong.
void add_penalties(const Case& c, std::vector<Explanation>& found) {
  const Numbers penalty = penalty_gradient(c);
  const Numbers rest = minus(c.claimed, c.reference);
  Explanation whole{"l2", {}, {}, {}, c.reference, {}};
  for (std::size_t b = 0; b < c.blocks.size(); ++b) {
    const auto begin = static_cast<std::size_t>(c.blocks[b].offset);
    const auto count = static_cast<std::size_t>(c.blocks[b].count());
    const auto theta = c.point.subspan(begin, count);
    const double squares = dot(theta, theta);
    if (!(squares > 0)) continue;
    const auto in = [&](const Numbers& x) { return std::span(x).subspan(begin, count); };
    const double beta = dot(in(rest), theta) / squares;
    const double lambda = dot(in(penalty), theta) / squares;
    Explanation e{"l2", {}, {}, {}, c.reference, std::vector<bool>(c.blocks.size(), false)};
    for (std::size_t i = 0; i < count; ++i) e.gradient[begin + i] += beta * theta[i];
    e.speaks[b] = true;
    if (beta == 0 || !c.matches(c.blocks[b], e.gradient)) continue;
    if (c.is_reference(c.blocks[b], e.gradient)) continue;
    const double times = lambda == 0 ? 0 : beta / lambda;
    if (std::abs(times + 1) < 0.02) {
      e.cause = "l2_missing";
      e.text = "the L2 term λ·W, λ = " + number(lambda, 4) + ", were left out";
      e.fix = "Add λ·W to the gradient of the weights.";
    } else if (std::abs(times - 1) < 0.02) {
      e.cause = "l2_doubled";
      e.text = "the L2 term λ·W, λ = " + number(lambda, 4) + ", were counted twice";
      e.fix = "The derivative of λ/2·‖W‖² is λ·W.";
    } else {
      e.cause = "l2";
      e.text = "an L2 term of " + number(beta, 4) + "·W were added that the loss does not have";
      e.fix = "Leave the term out, or put λ/2·‖W‖² into the loss.";
    }
    std::copy_n(e.gradient.begin() + static_cast<std::ptrdiff_t>(begin), count,
                whole.gradient.begin() + static_cast<std::ptrdiff_t>(begin));
    if (whole.text.empty() || whole.cause == e.cause) {
      whole.cause = e.cause;
      whole.text = e.text;
      whole.fix = e.fix;
    }
    found.push_back(std::move(e));
  }
  if (!whole.text.empty()) found.push_back(std::move(whole));
}

}  // namespace

void add_sums(const Case& c, std::vector<Explanation>& found) {
  add_samples(c, found);
  add_penalties(c, found);
}

}  // namespace autograd::check
