# Sourced by ./dev package: puts build/sesame into a Debian package, build/sesame_VERSION_ARCHITECTURE.deb.
# The manual page and the completion come from the program itself, its dependencies from what it links.

make_package() { # Sets `package`.
  local stage=build/package version date log=build/package.log
  version=$(build/sesame version) || die "build/sesame does not run"
  date=$(git log -1 --format=%ct 2>/dev/null) || date=$(stat -c %Y CHANGELOG.md)
  rm -rf "$stage"
  mkdir -p "$stage/bin" "$stage/completions" "$stage/docs"
  cp -r packaging/debian packaging/sesame.toml README.md examples "$stage/"
  cp -r docs/guides CHANGELOG.md "$stage/docs/"
  cp build/sesame "$stage/bin/"
  build/sesame completion >"$stage/completions/sesame" && build/sesame man >"$stage/sesame.1" ||
    die "build/sesame does not say which commands it has"
  printf 'sesame (%s) unstable; urgency=medium\n\n  * See CHANGELOG.md.\n\n -- %s  %s\n' "$version" \
    "$(sed -n 's/^Maintainer: //p' packaging/debian/control)" "$(date -Ru -d "@$date")" >"$stage/debian/changelog"
  (cd "$stage" && SOURCE_DATE_EPOCH=$date dh binary --without autoreconf) >"$log" 2>&1 ||
    { tail -20 "$log" >&2; die "the package could not be made, see $log"; }
  package=build/sesame_${version}_$(dpkg --print-architecture).deb
  say "$package"
}
