#include "bench/peers/mixture_by_hand.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include "bench/peers/blas.h"
#include "bench/work/mixture.h"

namespace bench {
namespace {

template <class T>
std::vector<T> cast(const std::vector<double>& numbers) {
  return {numbers.begin(), numbers.end()};
}

/// The factors Qᵀ of all k components stand side by side in one matrix F [d, k·d], so that one
/// product with the samples serves them all: S = X·F − μF.
template <class T>
class Mixture final : public Task {
 public:
  explicit Mixture(const MixtureData& data)
      : d_(data.d),
        k_(data.k),
        n_(data.n),
        gamma_(static_cast<T>(data.gamma)),
        m_(static_cast<T>(data.m)),
        alpha_(cast<T>(data.alpha)),
        mu_(cast<T>(data.mu)),
        icf_(cast<T>(data.icf)),
        x_(cast<T>(data.x)),
        F_(d_ * k_ * d_),
        dF_(F_.size()),
        shift_(k_ * d_),
        column_sum_(k_ * d_),
        S_(n_ * k_ * d_),
        logs_(n_ * k_),
        dalpha_(k_),
        dmu_(mu_.size()),
        dicf_(icf_.size()) {}

  void run() override {
    factors();
    blas::gemm(false, false, n_, k_ * d_, d_, x_.data(), F_.data(), T(0), S_.data());
    std::fill(dalpha_.begin(), dalpha_.end(), T(0));
    std::fill(column_sum_.begin(), column_sum_.end(), T(0));
    value_ = 0;
    for (std::size_t i = 0; i < n_; ++i) sample(i);
    blas::gemm(true, false, d_, k_ * d_, n_, x_.data(), S_.data(), T(0), dF_.data());
    finish();
  }

  double result() override {
    const auto wide = [](const std::vector<T>& v) {
      return std::vector<double>(v.begin(), v.end());
    };
    return value_and_norm(static_cast<double>(value_), {wide(dalpha_), wide(dmu_), wide(dicf_)});
  }

 private:
  std::size_t row() const { return d_ * (d_ + 1) / 2; }  // numbers of icf a component
  T& factor(std::vector<T>& F, std::size_t c, std::size_t r, std::size_t j) const {
    return F[r * k_ * d_ + c * d_ + j];
  }

  // F: exp q on the diagonals, l row by row above them; shift = μF.
  void factors() {
    for (std::size_t c = 0; c < k_; ++c) {
      const T* q = &icf_[c * row()];
      const T* l = q + d_;
      for (std::size_t r = 0; r < d_; ++r) {
        factor(F_, c, r, r) = std::exp(q[r]);
        for (std::size_t j = r + 1; j < d_; ++j) factor(F_, c, r, j) = *l++;
      }
      for (std::size_t j = 0; j < d_; ++j) {
        T sum = 0;
        for (std::size_t r = 0; r <= j; ++r) sum += mu_[c * d_ + r] * factor(F_, c, r, j);
        shift_[c * d_ + j] = sum;
      }
    }
  }

  T log_determinant(std::size_t c) const {
    return std::accumulate(&icf_[c * row()], &icf_[c * row()] + d_, T(0));
  }

  // logsumexpₖ(αₖ + Σ qₖ − ½‖Sᵢₖ‖²), and its adjoint in place of Sᵢ.
  void sample(std::size_t i) {
    T* S = &S_[i * k_ * d_];
    T* logs = &logs_[i * k_];
    T largest = -std::numeric_limits<T>::infinity();
    for (std::size_t c = 0; c < k_; ++c) {
      T squares = 0;
      for (std::size_t j = 0; j < d_; ++j) {
        S[c * d_ + j] -= shift_[c * d_ + j];
        squares += S[c * d_ + j] * S[c * d_ + j];
      }
      logs[c] = alpha_[c] + log_determinant(c) - squares / 2;
      largest = std::max(largest, logs[c]);
    }
    T sum = 0;
    for (std::size_t c = 0; c < k_; ++c) sum += logs[c] = std::exp(logs[c] - largest);
    value_ += largest + std::log(sum);
    for (std::size_t c = 0; c < k_; ++c) {
      const T part = logs[c] / sum;
      dalpha_[c] += part;
      for (std::size_t j = 0; j < d_; ++j) {
        S[c * d_ + j] *= -part;
        column_sum_[c * d_ + j] += S[c * d_ + j];
      }
    }
  }

  // What is left: dF − μᵀ(1ᵀS), dμ = −(1ᵀS)Fᵀ, the normalisation and the prior.
  void finish() {
    for (std::size_t c = 0; c < k_; ++c) component(c);
    const T largest = *std::max_element(alpha_.begin(), alpha_.end());
    T sum = 0;
    for (const T a : alpha_) sum += std::exp(a - largest);
    const T n = static_cast<T>(n_), d = static_cast<T>(d_);
    value_ -= n * (largest + std::log(sum) + d / 2 * std::log(2 * std::numbers::pi_v<T>));
    for (std::size_t c = 0; c < k_; ++c) {
      dalpha_[c] -= n * std::exp(alpha_[c] - largest) / sum;
    }
    value_ -= static_cast<T>(k_) * wishart();
  }

  void component(std::size_t c) {
    const T* q = &icf_[c * row()];
    T *dq = &dicf_[c * row()], *dl = dq + d_;
    const T* l = q + d_;
    const T share = dalpha_[c];  // Σᵢ of this component's parts, not normalised yet
    for (std::size_t r = 0; r < d_; ++r) {
      T dmu = 0;
      for (std::size_t j = r; j < d_; ++j) {
        dmu -= column_sum_[c * d_ + j] * factor(F_, c, r, j);
        const T df = factor(dF_, c, r, j) - mu_[c * d_ + r] * column_sum_[c * d_ + j];
        if (j == r) {
          const T e = factor(F_, c, r, r);
          dq[r] = share + df * e + gamma_ * gamma_ * e * e - m_;
          value_ += gamma_ * gamma_ / 2 * e * e - m_ * q[r];
        } else {
          *dl++ = df + gamma_ * gamma_ * *l;
          value_ += gamma_ * gamma_ / 2 * *l * *l;
          ++l;
        }
      }
      dmu_[c * d_ + r] = dmu;
    }
  }

  // p·d·(log γ − ½·log 2) − log Γ_d(p/2), p = d + m + 1
  T wishart() const {
    const double d = static_cast<double>(d_), p = d + static_cast<double>(m_) + 1;
    double gamma = d * (d - 1) / 4 * std::log(std::numbers::pi);
    for (std::size_t j = 0; j < d_; ++j) gamma += std::lgamma((p - static_cast<double>(j)) / 2);
    return static_cast<T>(p * d * (std::log(static_cast<double>(gamma_)) - std::numbers::ln2 / 2) -
                          gamma);
  }

  std::size_t d_, k_, n_;
  T gamma_, m_;
  std::vector<T> alpha_, mu_, icf_, x_;
  std::vector<T> F_, dF_, shift_, column_sum_, S_, logs_;
  std::vector<T> dalpha_, dmu_, dicf_;
  T value_ = 0;
};

}  // namespace

Offer mixture_by_hand(const Work& work) {
  const auto extent = [&](std::size_t i) { return std::stoul(work.arguments.at(i)); };
  return {make<Mixture>(work, mixture_data(extent(0), extent(1), extent(2)))};
}

}  // namespace bench
