#pragma once

#include <string>
#include <vector>

/// Text for people and for other programs. Used by the files that print tapes and programs.
namespace autograd::detail {

/// Rows of cells as a table with aligned columns; the first row is its head.
std::string aligned(const std::vector<std::vector<std::string>>& rows);

/// A string as JSON writes it, in quotes.
std::string json_string(const std::string& text);

/// Lines of text as a label of Graphviz, in quotes.
std::string dot_label(const std::string& text);

/// A number for a person, six digits.
std::string short_number(double number);

}  // namespace autograd::detail
