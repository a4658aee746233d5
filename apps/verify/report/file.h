#pragma once

#include <filesystem>
#include <string>

namespace verify {

/// Throws autograd::FileError where a file could not be written later, so that nobody waits for
/// nothing: no such folder, a folder or a device under that name, no permission.
void require_writable(const std::filesystem::path& file);

/// Writes a whole file or none: into a temporary file beside it, then by a rename. A file that is
/// there is replaced, or, for a link, the file that it leads to. Throws autograd::FileError.
void write_whole(const std::filesystem::path& file, const std::string& text);

}  // namespace verify
