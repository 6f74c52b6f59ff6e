# Read by scripts that need files of llama.cpp's source: its vocabularies, templates and tables,
# which come in the source package that acceptance/llamacpp/requirements.txt names. Fetches 50 MB,
# once. Sets `llamacpp`, the folder.
package=$(grep -E '^llama-cpp-python==' "$root/acceptance/llamacpp/requirements.txt")
archive=llama_cpp_python-${package#*==}
folder=${XDG_CACHE_HOME:-$HOME/.cache}/exacta/llama.cpp
llamacpp=$folder/files/$archive/vendor/llama.cpp
if [ ! -e "$folder/files/$archive/complete" ]; then
  if [ ! -e "$folder/package/$archive.tar.gz" ]; then
    "$python" -m pip download --quiet --disable-pip-version-check --no-deps \
      --no-binary llama-cpp-python --dest "$folder/package" "$package"
  fi
  mkdir -p "$folder/files"
  tar -xzf "$folder/package/$archive.tar.gz" -C "$folder/files" \
    "$archive/vendor/llama.cpp/models" "$archive/vendor/llama.cpp/src"
  touch "$folder/files/$archive/complete"
fi
