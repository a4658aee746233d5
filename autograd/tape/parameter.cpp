#include "autograd/tape/parameter.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "autograd/tape/recording.h"
#include "autograd/tensor/error.h"

namespace autograd {
namespace {

thread_local constinit std::vector<Parameter>* used = nullptr;

std::uint64_t next_id() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

// x on no tape, and with a dtype of its own.
Tensor plain(const std::string& name, const Tensor& x) {
  if (!is_floating(x.dtype())) {
    throw Error("Parameter: " + name + " is i64; expected f32 or f64; convert with to(x, f64)");
  }
  return x.is_literal() ? x.converted(f64) : x.traced({});
}

}  // namespace

Parameter::Parameter(std::string name, const Tensor& value) : state_(std::make_shared<State>()) {
  state_->id = next_id();
  state_->value = plain(name, value);
  state_->name = std::move(name);
}

void Parameter::set(const Tensor& value) {
  Tensor next = plain(name(), value);
  if (next.shape() != shape() || next.dtype() != dtype()) {
    throw Error("Parameter: " + name() + " is " + std::string(autograd::name(dtype())) + " " +
                to_string(shape()) + "; got " + std::string(autograd::name(next.dtype())) + " " +
                to_string(next.shape()));
  }
  state_->value = std::move(next);
  state_->trace.store({});
}

void* Parameter::own_numbers() {
  if (!state_->value.is_unique()) return nullptr;
  state_->trace.store({});
  return state_->value.mutable_data();
}

Tensor Parameter::on_tape() const {
  if (used != nullptr) {
    const bool listed = std::any_of(used->begin(), used->end(),
                                    [this](const Parameter& p) { return p.id() == id(); });
    if (!listed) used->push_back(*this);
  }
  auto& recording = detail::Recording::of_thread();
  if (recording.active() == 0) return value();
  return recording.watch(*this, state_->trace);
}

namespace detail {

ParametersUsed::ParametersUsed() : before_(std::exchange(used, &list_)) {}

ParametersUsed::~ParametersUsed() { used = before_; }

}  // namespace detail
}  // namespace autograd
