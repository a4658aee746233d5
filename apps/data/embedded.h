#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

/// The small data sets that are part of the program, so that it runs wherever it is started from.
/// apps/data/README.md names their sources and licences.
namespace apps {

/// The bytes of an embedded file, for example "mnist/train-images-idx3-ubyte.gz". They are the
/// file as it stands in apps/data, so a name that ends in .gz gives gzipped bytes. They live as
/// long as the program. Empty if there is no file of that name.
std::span<const std::byte> embedded(std::string_view name);

/// The names that `embedded` knows.
std::vector<std::string_view> embedded_names();

}  // namespace apps
