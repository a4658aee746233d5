#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace verify {

/// "tanh, relu, sigmoid".
std::string joined(std::span<const std::string> words);

/// "; did you mean relu?" where one of the words is spelled nearly so, else nothing. Capitals and
/// underscores for dashes count as slips too.
std::string suggestion(std::string_view given, std::span<const std::string> words);

/// What a message shows of somebody's text: one line, at most 40 bytes of it.
std::string shown(std::string_view text);

/// The text between the separators, without spaces around; empty parts are kept.
std::vector<std::string> split(std::string_view text, char separator);

}  // namespace verify
