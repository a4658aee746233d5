#include "autograd/ops/operation.h"

#include <algorithm>

namespace autograd::ops {
namespace {

thread_local constinit Recorder* current = nullptr;

std::vector<std::string_view>& names() {
  static std::vector<std::string_view> all;
  return all;
}

}  // namespace

Recorder* recorder() noexcept { return current; }

Recorder* set_recorder(Recorder* recorder) noexcept {
  Recorder* before = current;
  current = recorder;
  return before;
}

std::vector<std::string_view> catalogue() {
  std::vector<std::string_view> all = names();
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

namespace detail {
Listed::Listed(std::string_view name) { names().push_back(name); }
}  // namespace detail

}  // namespace autograd::ops
