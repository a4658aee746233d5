#include "apps/verify/by_hand/mlp.h"

#include <cmath>
#include <numeric>

#include "apps/verify/by_hand/mlp_forward.h"

namespace by_hand {

using verify::Activation;
using verify::Array;
using verify::Loss;
using verify::Network;
using verify::Output;

template <class T>
T slope_of(Activation activation, T z, T a) {
  const T s = 1 / (1 + std::exp(-z));
  switch (activation) {
    case Activation::identity:
      return 1;
    case Activation::tanh:
      return 1 - a * a;
    case Activation::sigmoid:
      return a * (1 - a);
    case Activation::relu:
      return z > 0 ? 1 : 0;
    case Activation::leaky_relu:
      return z > 0 ? 1 : static_cast<T>(verify::leaky_slope);
    case Activation::elu:
      return z > 0 ? 1 : a + 1;
    case Activation::softplus:
      return s;
    case Activation::gelu:
      return std::erfc(-z * static_cast<T>(0.70710678118654752)) / 2 +
             z * static_cast<T>(0.39894228040143268) * std::exp(-z * z / 2);
    case Activation::silu:
      return s * (1 + z * (1 - s));
  }
  return 1;
}

namespace {

// ∂ℓ/∂output of one sample.
template <class T>
std::vector<T> output_adjoint(const Network& network, std::span<const T> y, std::span<const T> t) {
  std::vector<T> d(y.size());
  const T c = static_cast<T>(y.size());
  for (std::size_t k = 0; k < d.size(); ++k) {
    switch (network.loss) {
      case Loss::cross_entropy:
        d[k] = network.output == Output::log_softmax ? -t[k] : -t[k] / y[k];
        break;
      case Loss::squared_error:
        d[k] = 2 * (y[k] - t[k]) / c;
        break;
      case Loss::sum_squared_error:
        d[k] = 2 * (y[k] - t[k]);
        break;
      case Loss::binary_cross_entropy:
        d[k] = (y[k] - t[k]) / (y[k] * (1 - y[k])) / c;
        break;
    }
  }
  return d;
}

// The adjoint of the last pre-activations.
template <class T>
std::vector<T> right_output(const Network& network, std::span<const T> z, std::span<const T> y,
                            std::span<const T> t) {
  const bool softmax = network.output == Output::softmax || network.output == Output::log_softmax;
  const T total = std::accumulate(t.begin(), t.end(), T(0));
  const T c = static_cast<T>(y.size());
  std::vector<T> d(y.size());
  if (softmax && network.loss == Loss::cross_entropy) {  // p·Σt − t
    for (std::size_t k = 0; k < d.size(); ++k) {
      d[k] = (network.output == Output::softmax ? y[k] : std::exp(y[k])) * total - t[k];
    }
    return d;
  }
  if (network.output == Output::sigmoid && network.loss == Loss::binary_cross_entropy) {
    for (std::size_t k = 0; k < d.size(); ++k) d[k] = (y[k] - t[k]) / c;
    return d;
  }
  if (network.output == Output::sigmoid && network.loss == Loss::cross_entropy) {
    for (std::size_t k = 0; k < d.size(); ++k) d[k] = -t[k] / (1 + std::exp(z[k]));
    return d;
  }
  d = output_adjoint(network, y, t);
  T sum = 0;
  for (std::size_t k = 0; k < d.size(); ++k)
    sum += network.output == Output::softmax ? d[k] * y[k] : d[k];
  for (std::size_t k = 0; k < d.size(); ++k) {
    if (network.output == Output::tanh) d[k] *= 1 - y[k] * y[k];
    if (network.output == Output::sigmoid) d[k] *= y[k] * (1 - y[k]);
    if (network.output == Output::softmax) d[k] = y[k] * (d[k] - sum);
    if (network.output == Output::log_softmax) d[k] -= std::exp(y[k]) * sum;
  }
  return d;
}

template <class T>
class Backward {
 public:
  Backward(const Network& network, const verify::Samples& samples, std::span<const T> point,
           const Rules<T>& rules)
      : network_(network),
        samples_(samples),
        point_(point),
        rules_(rules),
        pass_(forward(network, samples, point)),
        x_(samples.x.begin(), samples.x.end()),
        gradient_(point.size(), 0) {}

  MlpGradient<T> run() {
    std::vector<T> delta = last_adjoint();
    const std::vector<Array> all = arrays(network_);
    for (std::size_t i = all.size(); i-- > 0;) {
      const Array& w = all[i];
      if (w.is_bias) {
        for (std::size_t k = 0; k < delta.size(); ++k) {
          gradient_[w.offset + k % w.rows] += delta[k];
        }
      } else {
        weights(w, delta);
        if (w.layer > 0) delta = below(w, delta);
      }
    }
    return {pass_.loss, gradient_};
  }

 private:
  std::vector<T> last_adjoint() const {
    const std::size_t N = samples_.count, c = network_.widths.back();
    const T weight = static_cast<T>(network_.scale) / (network_.average ? static_cast<T>(N) : T(1));
    std::vector<T> delta(N * c, 0);
    for (std::size_t n = 0; n < N; ++n) {
      if (!rules_.counts(n, N)) continue;
      const auto row = [&](const std::vector<T>& all) {
        return std::span<const T>(all).subspan(n * c, c);
      };
      const auto first = samples_.targets.begin() + static_cast<std::ptrdiff_t>(n * c);
      const std::vector<T> t(first, first + static_cast<std::ptrdiff_t>(c));
      const std::vector<T> d =
          rules_.output(network_, row(pass_.z.back()), row(pass_.outputs.back()), t);
      for (std::size_t k = 0; k < c; ++k) delta[n * c + k] = weight * d[k];
    }
    return delta;
  }

  void weights(const Array& w, const std::vector<T>& delta) {
    const std::vector<T>& a = w.layer == 0 ? x_ : rules_.input(pass_, w.layer);
    for (std::size_t n = 0; n < samples_.count; ++n) {
      for (std::size_t i = 0; i < w.rows; ++i) {
        for (std::size_t j = 0; j < w.columns; ++j) {
          gradient_[w.offset + i * w.columns + j] += delta[n * w.rows + i] * a[n * w.columns + j];
        }
      }
    }
    for (std::size_t i = 0; i < w.size(); ++i) {
      gradient_[w.offset + i] +=
          rules_.penalty * static_cast<T>(network_.l2) * point_[w.offset + i];
    }
  }

  // δ of the layer below that of w.
  std::vector<T> below(const Array& w, const std::vector<T>& delta) const {
    const std::size_t l = w.layer - 1;
    std::vector<T> down(samples_.count * w.columns, 0);
    for (std::size_t n = 0; n < samples_.count; ++n) {
      for (std::size_t i = 0; i < w.rows; ++i) {
        for (std::size_t j = 0; j < w.columns; ++j) {
          const std::size_t at = w.offset + i * w.columns + j;
          down[n * w.columns + j] +=
              (point_[at] - rules_.early_step * gradient_[at]) * delta[n * w.rows + i];
        }
      }
    }
    const bool masked = l < samples_.masks.size() && !samples_.masks[l].empty();
    for (std::size_t i = 0; i < down.size(); ++i) {
      if (masked) down[i] *= rules_.mask(static_cast<T>(samples_.masks[l][i]));
      down[i] *= rules_.slope({network_.hidden[l], pass_.z[l][i], pass_.outputs[l][i]});
    }
    return down;
  }

  const Network& network_;
  const verify::Samples& samples_;
  std::span<const T> point_;
  const Rules<T>& rules_;
  Forward<T> pass_;
  std::vector<T> x_, gradient_;
};

}  // namespace

template <class T>
Rules<T>::Rules()
    : slope([](const Unit<T>& u) { return slope_of(u.activation, u.z, u.a); }),
      output(&right_output<T>),
      mask([](T m) { return m; }),
      counts([](std::size_t, std::size_t) { return true; }),
      input([](const Forward<T>& pass, std::size_t layer) -> const std::vector<T>& {
        return pass.a[layer - 1];
      }) {}

template <class T>
MlpGradient<T> mlp(const Network& network, const verify::Samples& samples, std::span<const T> point,
                   const Rules<T>& rules) {
  return Backward<T>(network, samples, point, rules).run();
}

template float slope_of(Activation, float, float);
template double slope_of(Activation, double, double);
template struct Rules<float>;
template struct Rules<double>;
template MlpGradient<float> mlp(const Network&, const verify::Samples&, std::span<const float>,
                                const Rules<float>&);
template MlpGradient<double> mlp(const Network&, const verify::Samples&, std::span<const double>,
                                 const Rules<double>&);

}  // namespace by_hand
