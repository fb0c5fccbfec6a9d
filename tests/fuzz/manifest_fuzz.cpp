// The text of a manifest with its own digest put right, so that what is behind the digest is reached.
#include "fuzz.hpp"
#include "kernel/plugins/descriptor_check.hpp"
#include "kernel/plugins/digest.hpp"
#include "kernel/plugins/manifest.hpp"
#include "kernel/plugins/manifest_words.hpp"

using namespace tawara;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text(fuzz::text_of(data, size));
  using manifest_words::digest_length, manifest_words::own_digest_key;
  const std::size_t start = text.find(own_digest_key) + own_digest_key.size();
  if (text.find(own_digest_key) != text.npos && start + digest_length <= text.size()) {
    text.replace(start, digest_length, std::string(digest_length, '0'));
    text.replace(start, digest_length, digest_of(text));
  }
  fuzz::attempt([&] {
    ManifestHead head = read_manifest_head(text);
    head.manifest.components = components_of(head);
    (void)mistakes_in(head.manifest);
    (void)components_of(read_manifest_head(manifest_text(head.manifest)));
  });
  return 0;
}
