#pragma once

#include <optional>
#include <string>
#include <vector>

#include "autograd/tensor/random.h"
#include "nn/init/init.h"
#include "nn/module.h"

namespace nn {

/// y = x·wᵀ + b, for x [.., in], w [out, in] and b [out].
class Linear final : public Module {
 public:
  struct Options {
    Initialiser weights = glorot_uniform();
    bool bias = true;
    double bias_value = 0;
    autograd::Dtype dtype = autograd::f32;
  };

  /// Throws autograd::Error unless both widths are at least 1.
  Linear(autograd::Index in, autograd::Index out, autograd::Random& random);
  Linear(autograd::Index in, autograd::Index out, autograd::Random& random, const Options& options);

  Tensor operator()(const Tensor& x) const override;
  std::vector<NamedParameter> named_parameters() const override;
  std::string describe() const override;

  const Parameter& w() const { return w_; }
  const std::optional<Parameter>& b() const { return b_; }

 private:
  Parameter w_;
  std::optional<Parameter> b_;
};

}  // namespace nn
