#include <algorithm>
#include <optional>

#include "apps/verify/by_hand/bugs_parts.h"

namespace by_hand {
namespace {

using verify::Loss;
using verify::Output;

// Two arrays of the same size, the first such pair.
std::optional<std::pair<Array, Array>> twins(const Network& network) {
  const std::vector<Array> all = arrays(network);
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      if (all[i].rows == all[j].rows && all[i].columns == all[j].columns) {
        return std::pair{all[i], all[j]};
      }
    }
  }
  return std::nullopt;
}

bool is_softmax_cross_entropy(const Network& n, const Samples&) {
  return n.output == Output::softmax && n.loss == Loss::cross_entropy;
}

bool has_masks(const Network&, const Samples& s) {
  return std::any_of(s.masks.begin(), s.masks.end(), [](const auto& m) { return !m.empty(); });
}

template <class T>
T of_another(const Unit<T>& u) {
  return u.activation == Activation::sigmoid ? 1 - u.a * u.a : u.a * (1 - u.a);
}

// f′(f(z))
template <class T>
T after(const Unit<T>& u) {
  switch (u.activation) {
    case Activation::tanh:
      return slope_of(u.activation, u.a, std::tanh(u.a));
    case Activation::sigmoid:
      return slope_of(u.activation, u.a, 1 / (1 + std::exp(-u.a)));
    case Activation::elu:
      return slope_of(u.activation, u.a, std::exp(std::min(u.a, T(0))) - 1);
    default:
      return slope_of(u.activation, u.a, u.a);
  }
}

// The gradient at the point one step of descent before: θ₀ with θ₀ − step·g(θ₀) = θ.
template <class T>
std::vector<T> gradient_before(const Spoiled<T>& s) {
  const T step = T(0.003) * norm_of(s.point) / std::max(norm_of<T>(s.gradient), T(1e-30));
  std::vector<T> before = s.gradient;
  for (int i = 0; i < 40; ++i) {
    std::vector<T> there(s.point.begin(), s.point.end());
    for (std::size_t k = 0; k < there.size(); ++k) there[k] += step * before[k];
    before = mlp<T>(s.network, s.samples, there).gradient;
  }
  return before;
}

std::vector<Bug> of_factors() {
  return {
      by_spoiling(
          "summed-batch", "the gradient is summed over the batch, the loss is averaged", "summed",
          has_batch,
          [](const auto& s) { scale_entries(s, any_array, static_cast<double>(s.samples.count)); }),
      by_spoiling("summed-weights",
                  "the weights' gradients are summed over the batch, the biases' are averaged",
                  "summed", has_batch,
                  [](const auto& s) {
                    scale_entries(s, is_weights, static_cast<double>(s.samples.count));
                  }),
      by_spoiling("averaged-twice", "the gradient is divided by the batch size once too often",
                  "averaged_twice", has_batch,
                  [](const auto& s) {
                    scale_entries(s, any_array, 1 / static_cast<double>(s.samples.count));
                  }),
      by_spoiling("wrong-sign", "the gradient has the sign of descent", "sign", always,
                  [](const auto& s) { scale_entries(s, any_array, -1); }),
      by_spoiling("doubled", "a factor of 2 too many, as when a half is missing", "doubled", always,
                  [](const auto& s) { scale_entries(s, any_array, 2); }),
      by_spoiling("halved", "a factor of 2 is missing, as when a square's 2 is", "halved", always,
                  [](const auto& s) { scale_entries(s, any_array, 0.5); }),
      by_spoiling(
          "divided-by-n-minus-1", "divided by N − 1 where the loss divides by N", "unbiased",
          [](const Network&, const Samples& s) { return s.count > 2; },
          [](const auto& s) {
            const auto n = static_cast<double>(s.samples.count);
            scale_entries(s, any_array, n / (n - 1));
          }),
  };
}

template <class T, class Order>
void reorder_rows(const Spoiled<T>& s, const Order& order) {
  const Array w = arrays(s.network).front();
  const std::vector<T> right = s.gradient;
  for (std::size_t i = 0; i < w.rows; ++i) {
    for (std::size_t j = 0; j < w.columns; ++j) {
      s.gradient[i * w.columns + j] = right[order(i, w.rows) * w.columns + j];
    }
  }
}

bool has_rows(const Network& n, const Samples&) { return n.widths[1] > 2; }

std::vector<Bug> of_places() {
  return {
      by_spoiling(
          "transposed-weights", "the first layer's gradient is written transposed", "transposed",
          [](const Network& n, const Samples&) { return n.widths[0] > 1 && n.widths[1] > 1; },
          [](const auto& s) {
            const Array w = arrays(s.network).front();
            const auto right = s.gradient;
            for (std::size_t i = 0; i < w.rows; ++i) {
              for (std::size_t j = 0; j < w.columns; ++j) {
                s.gradient[j * w.rows + i] = right[i * w.columns + j];
              }
            }
          }),
      by_spoiling("rows-shifted", "the rows of the first layer's gradient are shifted by one",
                  "shifted", has_rows,
                  [](const auto& s) {
                    reorder_rows(s, [](std::size_t i, std::size_t n) { return (i + n - 1) % n; });
                  }),
      by_spoiling("rows-reversed", "the rows of the first layer's gradient are in reverse order",
                  "reversed", has_rows,
                  [](const auto& s) {
                    reorder_rows(s, [](std::size_t i, std::size_t n) { return n - 1 - i; });
                  }),
      by_spoiling(
          "swapped-blocks", "the gradients of two arrays of one shape are exchanged", "other_block",
          [](const Network& n, const Samples&) { return twins(n).has_value(); },
          [](const auto& s) {
            const auto [a, b] = *twins(s.network);
            for (std::size_t i = 0; i < a.size(); ++i) {
              std::swap(s.gradient[a.offset + i], s.gradient[b.offset + i]);
            }
          }),
      by_spoiling("one-entry", "one entry is off by one part in a hundred", "few_entries", always,
                  [](const auto& s) {
                    auto& g = s.gradient;
                    const auto larger = [](auto a, auto b) { return std::abs(a) < std::abs(b); };
                    auto& entry = *std::max_element(g.begin(), g.end(), larger);
                    entry *= static_cast<std::remove_reference_t<decltype(entry)>>(1.01);
                  }),
      by_spoiling(
          "three-entries", "three entries are off", "few_entries",
          [](const Network& n, const Samples&) { return parameters(n) > 24; },
          [](const auto& s) {
            auto& g = s.gradient;
            const auto larger = [](auto a, auto b) { return std::abs(a) < std::abs(b); };
            const auto most = std::abs(*std::max_element(g.begin(), g.end(), larger));
            for (const std::size_t part : {1U, 2U, 3U}) {
              g[g.size() * part / 4] += most / static_cast<std::remove_cvref_t<decltype(most)>>(8);
            }
          }),
      by_spoiling(
          "zero-bias", "the output layer's bias gradient was never written", "zero",
          [](const Network& n, const Samples&) { return static_cast<bool>(n.biases.back()); },
          [](const auto& s) {
            const Array b = arrays(s.network).back();
            std::fill_n(s.gradient.begin() + static_cast<std::ptrdiff_t>(b.offset), b.size(), 0);
          }),
      by_spoiling("clipped", "the entries of every block are clipped at half of its largest",
                  "clipped", always,
                  [](const auto& s) {
                    for (const Array& a : arrays(s.network)) {
                      const auto begin = s.gradient.begin() + static_cast<std::ptrdiff_t>(a.offset);
                      const auto end = begin + static_cast<std::ptrdiff_t>(a.size());
                      auto limit = *begin * 0;
                      for (auto i = begin; i != end; ++i) limit = std::max(limit, std::abs(*i));
                      limit /= 2;
                      for (auto i = begin; i != end; ++i) *i = std::clamp(*i, -limit, limit);
                    }
                  }),
      by_spoiling("stale-buffer", "the gradient is added onto that of the step before",
                  "accumulated", always,
                  [](const auto& s) {
                    const auto before = gradient_before(s);
                    for (std::size_t i = 0; i < before.size(); ++i) s.gradient[i] += before[i];
                  }),
  };
}

std::vector<Bug> of_layers() {
  return {
      by_rules(
          "slope-missing", "the hidden activations' slope is left out", "slope_missing",
          [](const Network& n, const Samples&) {
            return has_hidden_of(n, Activation::tanh, Activation::sigmoid, Activation::relu,
                                 Activation::leaky_relu, Activation::elu, Activation::softplus,
                                 Activation::gelu, Activation::silu);
          },
          [](auto& r) { r.slope = [](const auto& u) { return u.a * 0 + 1; }; }),
      by_rules(
          "slope-after", "the slope is taken at the activation's output, f′(a)", "slope_after",
          [](const Network& n, const Samples&) {
            return has_hidden_of(n, Activation::tanh, Activation::sigmoid) &&
                   !has_hidden_of(n, Activation::softplus, Activation::gelu, Activation::silu);
          },
          [](auto& r) { r.slope = [](const auto& u) { return after(u); }; }),
      by_rules(
          "slope-of-another", "sigmoid's slope stands for another's, or tanh's for sigmoid's",
          "slope_of_another",
          [](const Network& n, const Samples&) {
            return n.layers() > 1 &&
                   std::all_of(n.hidden.begin(), n.hidden.end(), [&](Activation a) {
                     return a == n.hidden.front() && a != Activation::identity;
                   });
          },
          [](auto& r) { r.slope = [](const auto& u) { return of_another(u); }; }),
      by_rules(
          "leaky-slope", "relu is given a slope of 0.01 below 0", "leaky_slope",
          [](const Network& n, const Samples&) { return has_hidden_of(n, Activation::relu); },
          [](auto& r) {
            r.slope = [](const auto& u) {
              const auto right = slope_of(u.activation, u.z, u.a);
              const bool leaks = u.activation == Activation::relu && u.z <= 0;
              return leaks ? static_cast<decltype(right)>(0.01) : right;
            };
          }),
      by_rules(
          "wrong-input", "the weights' gradient is taken with z where a belongs", "wrong_input",
          [](const Network& n, const Samples&) {
            return n.layers() > 1 && n.hidden.back() != Activation::identity;
          },
          []<class T>(Rules<T>& r) {
            r.input = [](const Forward<T>& pass, std::size_t layer) -> const std::vector<T>& {
              return pass.z[layer - 1];
            };
          }),
      by_rules("updated-weights",
               "each layer's weights are updated before δ goes down through them",
               "updated_weights", has_hidden,
               [](auto& r) {
                 r.early_step = 1;
                 r.early_step /= 10;
               }),
      by_rules("mask-missing", "dropout's mask is not applied in the backward pass", "mask_missing",
               has_masks, [](auto& r) { r.mask = [](auto m) { return m * 0 + 1; }; }),
      by_rules("keep-probability", "dropout's mask is applied without its scale",
               "keep_probability", has_masks,
               [](auto& r) { r.mask = [](auto m) { return m == 0 ? m : m / m; }; }),
  };
}

std::vector<Bug> of_losses() {
  return {
      by_rules("softmax-jacobian-missing", "∂L/∂p = −t/p is passed on as if by the logits",
               "softmax_missing", is_softmax_cross_entropy,
               []<class T>(Rules<T>& r) {
                 r.output = [](const Network&, std::span<const T>, std::span<const T> p,
                               std::span<const T> t) {
                   std::vector<T> d(p.size());
                   for (std::size_t k = 0; k < d.size(); ++k) d[k] = -t[k] / p[k];
                   return d;
                 };
               }),
      by_rules("softmax-diagonal", "only the diagonal p(1 − p) of softmax's Jacobian is used",
               "softmax_diagonal", is_softmax_cross_entropy,
               []<class T>(Rules<T>& r) {
                 r.output = [](const Network&, std::span<const T>, std::span<const T> p,
                               std::span<const T> t) {
                   std::vector<T> d(p.size());
                   for (std::size_t k = 0; k < d.size(); ++k)
                     d[k] = -t[k] / p[k] * (p[k] * (1 - p[k]));
                   return d;
                 };
               }),
      by_rules(
          "l2-missing", "the L2 term is left out of the gradient", "l2_missing",
          [](const Network& n, const Samples&) { return n.l2 > 0; },
          [](auto& r) { r.penalty = 0; }),
      by_rules(
          "l2-doubled", "the L2 term is 2λ·W, as if the loss had no half", "l2_doubled",
          [](const Network& n, const Samples&) { return n.l2 > 0; },
          [](auto& r) { r.penalty = 2; }),
      by_rules("first-sample-only", "only the first sample of the batch is counted", "samples",
               has_batch,
               [](auto& r) { r.counts = [](std::size_t n, std::size_t) { return n == 0; }; }),
      by_rules("last-sample-skipped", "the loop over the samples ends one too early", "samples",
               has_batch,
               [](auto& r) {
                 r.counts = [](std::size_t n, std::size_t count) { return n + 1 < count; };
               }),
  };
}

}  // namespace

std::span<const Bug> listed_bugs() {
  static const std::vector<Bug> all = [] {
    std::vector<Bug> bugs;
    for (const auto& family : {of_factors(), of_places(), of_layers(), of_losses()}) {
      bugs.insert(bugs.end(), family.begin(), family.end());
    }
    return bugs;
  }();
  return all;
}

}  // namespace by_hand
