#include <string>
#include <vector>

#include "autograd/tape/program.h"
#include "autograd/tape/program_parts.h"
#include "autograd/tape/recording.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/error.h"

namespace autograd {
namespace {

// While it is in scope, a pullback of an elementwise operation is one step of what is recorded: the
// kernel that an unrecorded gradient runs.
class WholePullbacks {
 public:
  explicit WholePullbacks(detail::Levels levels) : recording_(detail::Recording::of_thread()) {
    recording_.keep_pullbacks_whole_for(levels);
  }
  WholePullbacks(const WholePullbacks&) = delete;
  WholePullbacks& operator=(const WholePullbacks&) = delete;
  ~WholePullbacks() { recording_.keep_pullbacks_whole_for(0); }

 private:
  detail::Recording& recording_;
};

}  // namespace

Program Program::with_gradient(std::span<const Tensor> inputs) const {
  check_inputs("with_gradient", inputs);
  const detail::Step* const first =
      outputs() == 0 ? nullptr : &parts_->steps[parts_->outputs.front()];
  if (first == nullptr || first->shape.size() != 1 || !is_floating(first->dtype)) {
    throw Error(
        "with_gradient: expected a program whose first output is a single number, f32 or "
        "f64; got " +
        (first == nullptr ? "no output"
                          : std::string(name(first->dtype)) + " " + to_string(first->shape)));
  }
  const auto function = [&](std::span<const Tensor> x) {
    const detail::Levels program = detail::Recording::of_thread().active();
    Tape tape;
    std::vector<Tensor> watched(x.begin(), x.end());
    for (Tensor& input : watched) {
      if (is_floating(input.dtype())) input = tape.watch(input);
    }
    std::vector<Tensor> y = (*this)(watched);
    const WholePullbacks whole(program);
    const Gradients gradients = tape.gradient(y.front());
    for (const Tensor& input : watched) {
      if (is_floating(input.dtype())) y.push_back(gradients[input]);
    }
    for (const detail::Step& step : parts_->steps) {
      if (step.parameter) y.push_back(gradients[*step.parameter]);
    }
    return y;
  };
  return record(function, {inputs.begin(), inputs.end()});
}

}  // namespace autograd
