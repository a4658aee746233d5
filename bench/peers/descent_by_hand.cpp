#include "bench/peers/descent_by_hand.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "bench/peers/blas.h"
#include "bench/work/perceptron.h"

namespace bench {
namespace {

template <class T>
struct Weights {
  std::vector<T> w1, b1, w2, b2;
};

template <class T>
class Descent final : public Task {
 public:
  explicit Descent(std::size_t images)
      : n_(images),
        data_(descent_data<T>(images)),
        start_{data_.w[0], data_.b[0], data_.w[1], data_.b[1]},
        here_(start_),
        tried_(start_),
        slope_(start_),
        a_(n_ * h_),
        da_(n_ * h_),
        p_(n_ * c_) {}

  void run() override {
    if (done_ == descent_iterations) here_ = start_, done_ = 0;
    for (std::size_t i = 0; i < descent_slice; ++i) iterate();
    done_ += descent_slice;
  }
  double result() override { return loss_; }

 private:
  void iterate() {
    const double here = forward(here_);
    backward();
    double squared_norm = 0;
    for (const auto block : blocks) {
      for (const T g : slope_.*block)
        squared_norm += static_cast<double>(g) * static_cast<double>(g);
    }
    const Armijo rule;
    double alpha = rule.first;
    loss_ = here;
    for (int m = 0; m <= rule.most; ++m, alpha *= rule.beta) {
      for (const auto block : blocks) moved(tried_.*block, here_.*block, slope_.*block, T(alpha));
      const double there = forward(tried_);
      if (there - here < -rule.sigma * alpha * squared_norm) {
        std::swap(here_, tried_);
        loss_ = there;
        return;
      }
    }
  }

  static void moved(std::vector<T>& to, const std::vector<T>& from, const std::vector<T>& slope,
                    T alpha) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = from[i] - alpha * slope[i];
  }

  // The loss; a_ holds the activations, p_ the probabilities.
  double forward(const Weights<T>& at) {
    products_.value(a_.data(), data_.x.data(), at.w1.data(), at.b1.data(), n_, d_, h_);
    for (T& a : a_) a = T(1) / (T(1) + std::exp(-a));
    products_.value(p_.data(), a_.data(), at.w2.data(), at.b2.data(), n_, h_, c_);
    double loss = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      T* p = &p_[i * c_];
      const auto label = static_cast<std::size_t>(data_.labels[i]);
      const T largest = *std::max_element(p, p + c_), own = p[label] - largest;
      T sum = 0;
      for (std::size_t k = 0; k < c_; ++k) sum += p[k] = std::exp(p[k] - largest);
      for (std::size_t k = 0; k < c_; ++k) p[k] /= sum;
      loss += static_cast<double>(std::log(sum) - own);
    }
    return loss / static_cast<double>(n_);
  }

  // The gradient at the point that forward saw last, here_.
  void backward() {
    const T scale = T(1) / static_cast<T>(n_);
    for (std::size_t i = 0; i < n_; ++i)
      p_[i * c_ + static_cast<std::size_t>(data_.labels[i])] -= 1;
    for (T& p : p_) p *= scale;
    products_.weights(slope_.w2.data(), p_.data(), a_.data(), n_, h_, c_);
    column_sums(p_, slope_.b2);
    products_.inputs(da_.data(), p_.data(), here_.w2.data(), n_, h_, c_);
    for (std::size_t i = 0; i < a_.size(); ++i) da_[i] *= a_[i] * (T(1) - a_[i]);
    products_.weights(slope_.w1.data(), da_.data(), data_.x.data(), n_, d_, h_);
    column_sums(da_, slope_.b1);
  }

  static void column_sums(const std::vector<T>& x, std::vector<T>& sums) {
    std::fill(sums.begin(), sums.end(), T(0));
    for (std::size_t i = 0; i < x.size(); i += sums.size()) {
      for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += x[i + j];
    }
  }

  static constexpr std::vector<T> Weights<T>::*blocks[] = {&Weights<T>::w1, &Weights<T>::b1,
                                                           &Weights<T>::w2, &Weights<T>::b2};

  std::size_t n_, d_ = descent_widths[0], h_ = descent_widths[1], c_ = descent_widths[2];
  PerceptronData<T> data_;
  Weights<T> start_, here_, tried_, slope_;
  std::vector<T> a_, da_, p_;
  blas::Products<T> products_;
  std::size_t done_ = 0;
  double loss_ = 0;
};

}  // namespace

Offer descent_by_hand(const Work& work) {
  return {make<Descent>(work, std::stoul(work.arguments.at(0))),
          static_cast<double>(descent_iterations) / descent_slice,
          "five of the 100 iterations a round, scaled"};
}

}  // namespace bench
