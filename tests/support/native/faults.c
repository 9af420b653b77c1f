/* A library that is loaded before all others and lets a disk fail. `fault_arm` says below which folder, at which change
   of a file (a write, sync, renaming, truncation, removal, creation or mapping, counted from 1), and how:

       0  that change fails with ENOSPC        2  of that write only the first half is done
       1  it fails with EIO                    3  it and every later one fail with ENOSPC
       4  the power is cut: the process ends there

   Of every file that is synced, what it then holds is kept below the folder `fault_arm` names for it, by its number on
   the disk: after a cut that is all that is certain. Used by tests/support/killed_indexer.py. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static char folder[PATH_MAX], synced[PATH_MAX];
static long due, seen;
static int how;

void fault_arm(const char *below, const char *copies, long number, int kind) {
    snprintf(folder, sizeof folder, "%s/", below);
    snprintf(synced, sizeof synced, "%s", copies);
    due = number;
    how = kind;
    seen = 0;
}

long fault_count(void) { return seen; }

static int is_ours(const char *path) { return folder[0] && path && !strncmp(path, folder, strlen(folder)); }

static int file_is_ours(int file) {
    char link[64], path[PATH_MAX];
    if (!folder[0]) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_ours(path);
}

/* Count a change; return whether it fails, with errno set. */
static int fails(void) {
    seen++;
    if (seen < due || (seen > due && how != 3)) return 0;
    if (how == 4) syscall(SYS_exit_group, 9);
    if (how == 2) return 0;
    errno = how == 1 ? EIO : ENOSPC;
    return 1;
}

static size_t shortened(size_t size) { return how == 2 && seen == due && size > 1 ? size / 2 : size; }

static void keep_synced(int file) {
    char path[PATH_MAX + 32], piece[65536];
    struct stat info;
    if (!synced[0] || fstat(file, &info) || !S_ISREG(info.st_mode)) return;
    snprintf(path, sizeof path, "%s/%lu", synced, (unsigned long)info.st_ino);
    char source[64];
    snprintf(source, sizeof source, "/proc/self/fd/%d", file);
    int from = syscall(SYS_openat, AT_FDCWD, source, O_RDONLY | O_CLOEXEC);
    int to = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    long length;
    while (from >= 0 && to >= 0 && (length = syscall(SYS_read, from, piece, sizeof piece)) > 0)
        if (syscall(SYS_write, to, piece, length) < 0) break;
    if (from >= 0) syscall(SYS_close, from);
    if (to >= 0) syscall(SYS_close, to);
}

ssize_t write(int file, const void *data, size_t size) {
    if (file_is_ours(file)) {
        if (fails()) return -1;
        size = shortened(size);
    }
    return REAL(write)(file, data, size);
}

#define WRITES_AT(name, offset_type)                                          \
    ssize_t name(int file, const void *data, size_t size, offset_type at) {   \
        if (file_is_ours(file)) {                                             \
            if (fails()) return -1;                                           \
            size = shortened(size);                                           \
        }                                                                     \
        return REAL(name)(file, data, size, at);                              \
    }
WRITES_AT(pwrite, off_t)
WRITES_AT(pwrite64, off64_t)

#define SYNCS(name)                                  \
    int name(int file) {                             \
        int ours = file_is_ours(file);               \
        if (ours && fails()) return -1;              \
        int result = REAL(name)(file);               \
        if (ours && !result) keep_synced(file);      \
        return result;                               \
    }
SYNCS(fsync)
SYNCS(fdatasync)

#define TRUNCATES(name, offset_type)                                     \
    int name(int file, offset_type size) {                               \
        if (file_is_ours(file) && fails()) return -1;                    \
        return REAL(name)(file, size);                                   \
    }
TRUNCATES(ftruncate, off_t)
TRUNCATES(ftruncate64, off64_t)

int rename(const char *from, const char *to) {
    if (is_ours(to) && fails()) return -1;
    return REAL(rename)(from, to);
}

int unlink(const char *path) {
    if (is_ours(path) && fails()) return -1;
    return REAL(unlink)(path);
}

#define OPENS(name)                                                      \
    int name(const char *path, int flags, ...) {                         \
        va_list rest;                                                    \
        va_start(rest, flags);                                           \
        int mode = va_arg(rest, int);                                    \
        va_end(rest);                                                    \
        if ((flags & O_CREAT) && is_ours(path) && fails()) return -1;    \
        return REAL(name)(path, flags, mode);                            \
    }
OPENS(open)
OPENS(open64)

#define MAPS(name, offset_type)                                                                   \
    void *name(void *where, size_t size, int access, int flags, int file, offset_type at) {       \
        if (file >= 0 && file_is_ours(file) && fails()) return MAP_FAILED;                        \
        return REAL(name)(where, size, access, flags, file, at);                                  \
    }
MAPS(mmap, off_t)
MAPS(mmap64, off64_t)
