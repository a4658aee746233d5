#include "apps/verify/by_hand/line_search.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

namespace by_hand {
namespace {

// The samples are worked through in blocks of this many columns, so that the block's activations
// stay in the cache while the rows of X pass by.
constexpr std::size_t kColumns = 256;

template <class T>
void require_sizes(std::string_view who, const Layers& layers, const Weights<T>& weights,
                   std::span<const T> X, std::span<const std::int64_t> labels) {
  require_weights(who, layers, weights);
  require_labels(who, labels, layers.c);
  require_size(who, "X", X.size(), layers.d * labels.size());
}

// Some neighbouring columns: their activations and, after `backward`, their adjoints.
template <class T>
class Columns {
 public:
  Columns(const Layers& layers, const Weights<T>& weights, std::span<const T> X,
          std::span<const std::int64_t> labels)
      : layers_(layers), weights_(weights), X_(X), labels_(labels) {}

  // Σ over columns first … first + count − 1 of −log P[label]
  double forward(std::size_t first, std::size_t count) {
    const auto [d, h, c] = layers_;
    first_ = first, count_ = count;

    // A = σ(W₁X + b₁1ᵀ)
    A_.resize(h * count);
    for (std::size_t i = 0; i < h; ++i) std::fill_n(&A_[i * count], count, weights_.b1[i]);
    add_product(weights_.W1, row_of(0), labels_.size(), std::span<T>(A_));
    for (T& v : A_) v = sigmoid(v);

    // Z₂ = W₂A + b₂1ᵀ
    P_.resize(c * count);
    for (std::size_t k = 0; k < c; ++k) {
      std::fill_n(&P_[k * count], count, weights_.b2[k]);
      for (std::size_t i = 0; i < h; ++i) {
        add_scaled(weights_.W2[k * h + i], &A_[i * count], &P_[k * count], count);
      }
    }

    // P = softmax of each column of Z₂
    double loss = 0;
    std::vector<T> column(c);
    for (std::size_t n = 0; n < count; ++n) {
      for (std::size_t k = 0; k < c; ++k) column[k] = P_[k * count + n];
      errors_ += argmax<T>(column) != static_cast<std::size_t>(labels_[first + n]);
      loss += static_cast<double>(cross_entropy<T>(column, labels_[first + n]));
      softmax<T>(column);
      for (std::size_t k = 0; k < c; ++k) P_[k * count + n] = column[k];
    }
    return loss;
  }

  // Of all columns gone through so far, those whose largest output is not their label's.
  std::size_t errors() const { return errors_; }

  // P of the columns that `forward` went through, (c, count).
  const std::vector<T>& probabilities() const { return P_; }

  // Adds what these columns give to the gradient of 1/N Σ.
  void backward(Gradient<T>& g) {
    const auto [d, h, c] = layers_;
    const std::size_t count = count_;

    // Δ₂ = (P − onehot) / N
    std::vector<T>& Delta2 = P_;
    for (std::size_t n = 0; n < count; ++n) {
      Delta2[static_cast<std::size_t>(labels_[first_ + n]) * count + n] -= T(1);
    }
    for (T& v : Delta2) v /= static_cast<T>(labels_.size());

    // Δ₁ = (W₂ᵀΔ₂) ⊙ A ⊙ (1 − A),  because σ′ = σ(1 − σ)
    std::vector<T> Delta1(h * count);
    for (std::size_t i = 0; i < h; ++i) {
      for (std::size_t k = 0; k < c; ++k) {
        add_scaled(weights_.W2[k * h + i], &Delta2[k * count], &Delta1[i * count], count);
      }
    }
    for (std::size_t i = 0; i < Delta1.size(); ++i) Delta1[i] *= A_[i] * (T(1) - A_[i]);

    // dW₂ = Δ₂Aᵀ,  db₂ = Δ₂1,  dW₁ = Δ₁Xᵀ,  db₁ = Δ₁1
    const std::vector<T> ones(count, T(1));
    for (std::size_t k = 0; k < c; ++k) {
      for (std::size_t i = 0; i < h; ++i) {
        g.W2[k * h + i] += dot(&Delta2[k * count], &A_[i * count], count);
      }
      g.b2[k] += dot(&Delta2[k * count], ones.data(), count);
    }
    for (std::size_t j = 0; j < d; ++j) {
      for (std::size_t i = 0; i < h; ++i) {
        g.W1[i * d + j] += dot(&Delta1[i * count], row_of(j), count);
      }
    }
    for (std::size_t i = 0; i < h; ++i) g.b1[i] += dot(&Delta1[i * count], ones.data(), count);
  }

 private:
  // Y ← Y + W·X, where X are rows of `count_` numbers, `stride` apart. Four rows of X at a time, so
  // that Y is not read and written for each; every number's sum runs in the order of the rows.
  void add_product(std::span<const T> W, const T* X, std::size_t stride, std::span<T> Y) const {
    const std::size_t rows = Y.size() / count_, n = W.size() / rows;
    std::size_t j = 0;
    for (; j + 4 <= n; j += 4) {
      for (std::size_t i = 0; i < rows; ++i) {
        add_four(&W[i * n + j], X + j * stride, stride, &Y[i * count_]);
      }
    }
    for (; j < n; ++j) {
      for (std::size_t i = 0; i < rows; ++i) {
        add_scaled(W[i * n + j], X + j * stride, &Y[i * count_], count_);
      }
    }
  }

  // y ← y + w₀x₀ + w₁x₁ + w₂x₂ + w₃x₃
  void add_four(const T* w, const T* x, std::size_t stride, T* __restrict y) const {
    const T *x1 = x + stride, *x2 = x1 + stride, *x3 = x2 + stride;
    constexpr std::size_t block = 8;
    std::size_t n = 0;
    for (; n + block <= count_; n += block) {
      for (std::size_t k = n; k < n + block; ++k) {
        y[k] = (((y[k] + w[0] * x[k]) + w[1] * x1[k]) + w[2] * x2[k]) + w[3] * x3[k];
      }
    }
    for (; n < count_; ++n) {
      y[n] = (((y[n] + w[0] * x[n]) + w[1] * x1[n]) + w[2] * x2[n]) + w[3] * x3[n];
    }
  }

  const T* row_of(std::size_t j) const { return X_.data() + j * labels_.size() + first_; }

  Layers layers_;
  Weights<T> weights_;
  std::span<const T> X_;
  std::span<const std::int64_t> labels_;
  std::size_t first_ = 0, count_ = 0, errors_ = 0;
  std::vector<T> A_, P_;  // (h, count) and (c, count)
};

template <class T>
double squared_norm(const Gradient<T>& g) {
  double sum = 0;
  for (const std::vector<T>* block : {&g.W1, &g.b1, &g.W2, &g.b2}) {
    for (const T v : *block) sum += static_cast<double>(v) * static_cast<double>(v);
  }
  return sum;
}

// p − αg
template <class T>
Network<T> moved(const Network<T>& p, const Gradient<T>& g, double alpha) {
  Network<T> q = p;
  const T step = static_cast<T>(-alpha);
  add_scaled(step, g.W1.data(), q.W1.data(), q.W1.size());
  add_scaled(step, g.b1.data(), q.b1.data(), q.b1.size());
  add_scaled(step, g.W2.data(), q.W2.data(), q.W2.size());
  add_scaled(step, g.b2.data(), q.b2.data(), q.b2.size());
  return q;
}

}  // namespace

template <class T>
Gradient<T> line_search(const Layers& layers, const Weights<T>& weights, std::span<const T> X,
                        std::span<const std::int64_t> labels, std::size_t* errors) {
  require_sizes("line_search", layers, weights, X, labels);
  const auto [d, h, c] = layers;
  const std::size_t N = labels.size();
  Gradient<T> g{0, std::vector<T>(h * d), std::vector<T>(h), std::vector<T>(c * h),
                std::vector<T>(c)};
  Columns<T> columns(layers, weights, X, labels);
  for (std::size_t n = 0; n < N; n += kColumns) {
    g.loss += columns.forward(n, std::min(kColumns, N - n));
    columns.backward(g);
  }
  g.loss /= static_cast<double>(N);
  if (errors != nullptr) *errors = columns.errors();
  return g;
}

template <class T>
double line_search_loss(const Layers& layers, const Weights<T>& weights, std::span<const T> X,
                        std::span<const std::int64_t> labels) {
  require_sizes("line_search_loss", layers, weights, X, labels);
  const std::size_t N = labels.size();
  Columns<T> columns(layers, weights, X, labels);
  double loss = 0;
  for (std::size_t n = 0; n < N; n += kColumns) {
    loss += columns.forward(n, std::min(kColumns, N - n));
  }
  return loss / static_cast<double>(N);
}

template <class T>
std::vector<T> line_search_probabilities(const Layers& layers, const Weights<T>& weights,
                                         std::span<const T> X) {
  require_layers("line_search_probabilities", layers);
  const std::size_t N = X.size() / layers.d;
  const std::vector<std::int64_t> labels(N, 0);  // any: the loss is not asked for
  require_sizes<T>("line_search_probabilities", layers, weights, X, labels);
  std::vector<T> P(layers.c * N);
  Columns<T> columns(layers, weights, X, labels);
  for (std::size_t n = 0; n < N; n += kColumns) {
    const std::size_t count = std::min(kColumns, N - n);
    columns.forward(n, count);
    for (std::size_t k = 0; k < layers.c; ++k) {
      std::copy_n(&columns.probabilities()[k * count], count, &P[k * N + n]);
    }
  }
  return P;
}

Step backtrack(double loss, double squared_norm, const std::function<double(double)>& loss_at,
               const Backtracking& rule) {
  Step step{false, 0, loss, 0};
  double alpha = rule.first;
  for (std::size_t m = 0; m <= rule.at_most; ++m, alpha *= rule.beta) {
    const double there = loss_at(alpha);
    ++step.evaluations;
    if (there - loss < -rule.sigma * alpha * squared_norm) {
      return {true, alpha, there, step.evaluations};
    }
  }
  return step;
}

template <class T>
Descent<T> descend(const Layers& layers, const Weights<T>& start, std::span<const T> X,
                   std::span<const std::int64_t> labels, std::size_t iterations,
                   const Backtracking& rule, const OnStep& on_step) {
  Descent<T> descent;
  Network<T>& p = descent.network;
  p.W1.assign(start.W1.begin(), start.W1.end());
  p.b1.assign(start.b1.begin(), start.b1.end());
  p.W2.assign(start.W2.begin(), start.W2.end());
  p.b2.assign(start.b2.begin(), start.b2.end());
  std::size_t errors = 0;
  Gradient<T> g = line_search(layers, p.weights(), X, labels, &errors);
  descent.losses.push_back(g.loss);
  if (on_step) on_step(0, g.loss, errors);
  for (std::size_t k = 0; k < iterations; ++k) {
    // Most first tries are accepted, and the next iteration needs their gradient: take it at once.
    Gradient<T> tried;
    const auto loss_at = [&](double alpha) {
      tried = line_search(layers, moved(p, g, alpha).weights(), X, labels, &errors);
      return tried.loss;
    };
    const Step step = backtrack(g.loss, squared_norm(g), loss_at, rule);
    descent.evaluations += step.evaluations;
    descent.stuck = !step.found;
    if (descent.stuck) break;
    p = moved(p, g, step.alpha);
    g = std::move(tried);
    descent.losses.push_back(step.loss);
    descent.alphas.push_back(step.alpha);
    if (on_step) on_step(k + 1, step.loss, errors);
  }
  return descent;
}

template Gradient<float> line_search(const Layers&, const Weights<float>&, std::span<const float>,
                                     std::span<const std::int64_t>, std::size_t*);
template Gradient<double> line_search(const Layers&, const Weights<double>&,
                                      std::span<const double>, std::span<const std::int64_t>,
                                      std::size_t*);
template double line_search_loss(const Layers&, const Weights<float>&, std::span<const float>,
                                 std::span<const std::int64_t>);
template double line_search_loss(const Layers&, const Weights<double>&, std::span<const double>,
                                 std::span<const std::int64_t>);
template std::vector<float> line_search_probabilities(const Layers&, const Weights<float>&,
                                                      std::span<const float>);
template std::vector<double> line_search_probabilities(const Layers&, const Weights<double>&,
                                                       std::span<const double>);
template Descent<float> descend(const Layers&, const Weights<float>&, std::span<const float>,
                                std::span<const std::int64_t>, std::size_t, const Backtracking&,
                                const OnStep&);
template Descent<double> descend(const Layers&, const Weights<double>&, std::span<const double>,
                                 std::span<const std::int64_t>, std::size_t, const Backtracking&,
                                 const OnStep&);

}  // namespace by_hand
