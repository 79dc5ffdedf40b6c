# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
#
# Everything that a user or a package may want to set.  Each variable can also
# be given to make: `make PREFIX=/usr LIBDIR=/usr/lib/x86_64-linux-gnu`; those
# that package builders export are taken from the environment too.

# The version stands here and nowhere else; lib/libkdump.h, the newest node of
# lib/libkdump.map and `crashctl --version` are compared with it (make lint).
VERSION = 0.2.0
# The number in libkdump.so.N.
ABI = 0

PREFIX ?= /usr/local
BINDIR = $(PREFIX)/sbin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR = $(PREFIX)/include
PKGCONFIGDIR = $(LIBDIR)/pkgconfig
MANPREFIX = $(PREFIX)/share/man
DATADIR = $(PREFIX)/share
BASHCOMPDIR = $(DATADIR)/bash-completion/completions
ZSHCOMPDIR = $(DATADIR)/zsh/site-functions
FISHCOMPDIR = $(DATADIR)/fish/vendor_completions.d
SYSCONFDIR = /etc
UNITDIR = $(PREFIX)/lib/systemd/system
KERNELINSTALLDIR = $(PREFIX)/lib/kernel/install.d
# dracut and initramfs-tools look below /usr alone, which is a package's PREFIX.
DRACUTDIR = $(PREFIX)/lib/dracut/modules.d
INITRAMFSTOOLSDIR = $(PREFIX)/share/initramfs-tools

CFLAGS ?= -O2 -g
CPPFLAGS ?=
LDFLAGS ?=
PKG_CONFIG ?= pkg-config

# Decompressors: 1 links the library, 0 leaves it out.  A part of an initramfs
# that cannot be unpacked is then estimated, and the estimate says so.
ZLIB = 1
LZMA = 1
ZSTD = 1
LZ4 = 1
BZIP2 = 1

# libfdt makes the device tree of a crash kernel on arm64; with 0 kexec_load() is
# not to be had there.
LIBFDT = 1
