#pragma once

#include "autograd/check/report.h"

// What the program's exit status says.

namespace verify {

inline constexpr int agrees = 0;
inline constexpr int disagrees = 1;
inline constexpr int wrong_usage = 2;  ///< or what was named cannot be read
inline constexpr int cannot_tell = 3;

inline int status_of(autograd::check::Verdict verdict) {
  switch (verdict) {
    case autograd::check::Verdict::disagree:
      return disagrees;
    case autograd::check::Verdict::cannot_tell:
      return cannot_tell;
    case autograd::check::Verdict::agree:
    case autograd::check::Verdict::kink:
      break;
  }
  return agrees;
}

}  // namespace verify
