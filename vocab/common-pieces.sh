#!/bin/sh
# Writes common-pieces.txt again, on Debian 12: vocab/common-pieces.sh FOLDER
# FOLDER receives the packages of common-pieces.sources, unpacked: about 6 GB.
set -eu
vocab=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"
grep -v '^#' "$vocab/common-pieces.sources" | while read -r package version _; do
    mkdir -p "debs/$package" "texts/$package"
    (cd "debs/$package" && apt-get download "$package=$version")
    dpkg -x "debs/$package/"*.deb "texts/$package"
done
find texts -name src.zip -execdir unzip -q -o {} \; -delete
find texts -path '*/usr/src/*.tar.xz' -execdir tar xf {} \; -delete
dotnet run -c Release --project "$vocab/Harmony.Vocab.Builder" -- common-pieces texts "$vocab"
