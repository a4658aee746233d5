#include "autograd/tape/gradients.h"

#include <algorithm>
#include <string>

#include "autograd/ops/arithmetic.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"

namespace autograd {
namespace {

bool same(Trace a, Trace b) { return a.key == b.key && a.node == b.node; }

}  // namespace

const Tensor& Gradients::Later::product() {
  std::call_once(once_, [this] {
    product_ = factors_.product();
    known_ = true;
  });
  return product_;
}

const Gradients::Entry* Gradients::find(const Tensor& watched) const {
  const auto entry = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) {
    return e.parameter == 0 && same(e.trace, watched.trace());
  });
  return entry == entries_.end() ? nullptr : &*entry;
}

const Gradients::Entry* Gradients::find(const Parameter& parameter) const {
  const auto entry = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& e) { return e.parameter == parameter.id(); });
  return entry == entries_.end() ? nullptr : &*entry;
}

const Factors* Gradients::factors(const Parameter& parameter) const {
  const Entry* entry = find(parameter);
  return entry == nullptr || entry->later == nullptr ? nullptr : entry->later->factors();
}

Tensor Gradients::operator[](const Tensor& watched) const {
  if (const Entry* entry = find(watched)) return entry->value();
  const bool known = std::any_of(watched_.begin(), watched_.end(),
                                 [&](Trace trace) { return same(trace, watched.trace()); });
  if (!known) {
    throw Error("Gradients: the tape did not watch this tensor of shape " +
                to_string(watched.shape()) +
                "; ask with what watch returned, before it is used: x = tape.watch(x)");
  }
  return zeros_like(watched);
}

Tensor Gradients::operator[](const Parameter& parameter) const {
  if (const Entry* entry = find(parameter)) return entry->value();
  return zeros_like(parameter.value());
}

void Gradients::add(const Entry& entry) {
  const auto own = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) {
    return entry.parameter != 0 ? e.parameter == entry.parameter
                                : e.parameter == 0 && same(e.trace, entry.trace);
  });
  if (own == entries_.end()) {
    entries_.push_back(entry);
  } else {
    own->adjoint = own->value() + entry.value();
    own->later = nullptr;
  }
}

void Gradients::take(std::uint64_t parameter, Trace trace, Factors factors) {
  // On no tape: what is worked out later is not recorded, whatever is open then.
  factors = {factors.a.traced({}), factors.b.traced({})};
  add({parameter,
       trace,
       {},
       std::allocate_shared<Later>(memory::Allocator<Later>(), std::move(factors))});
}

Tensor Gradients::give_back(Trace trace) {
  const auto entry = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) {
    return e.later != nullptr && same(e.trace, trace);
  });
  if (entry == entries_.end()) return {};
  Tensor product = entry->value();
  entries_.erase(entry);
  return product;
}

Gradients operator+(const Gradients& a, const Gradients& b) {
  Gradients sum = a;
  for (const Gradients::Entry& entry : b.entries_) sum.add(entry);
  sum.watched_.insert(sum.watched_.end(), b.watched_.begin(), b.watched_.end());
  return sum;
}

Gradients operator*(double factor, const Gradients& g) {
  Gradients scaled = g;
  for (Gradients::Entry& entry : scaled.entries_) {
    entry.adjoint = factor * entry.value();
    entry.later = nullptr;
  }
  return scaled;
}

}  // namespace autograd
