#pragma once

#include <string>
#include <string_view>

namespace autograd {

/// Text of unknown origin as a message may show it: in double quotes, on one line, bytes other than
/// printable ASCII as \xHH, and cut with "…" after 60 bytes.
std::string in_quotes(std::string_view text);

}  // namespace autograd
