/* A library that is loaded before all others and writes down, in the file that WATCH_LOG names, a line for each

       connect 192.0.2.1 443      a connection or datagram to another socket than one of this machine's own files
       resolve example.org        a name that is looked up
       write /home/me/file        a file that is opened for writing, or a folder or name that is made

   What native code does is seen as well as what Python does. Built by tests/support/watching.py. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void note(const char *what, const char *detail) {
    const char *log = getenv("WATCH_LOG");
    char line[PATH_MAX + 64];
    if (!log) return;
    int length = snprintf(line, sizeof line, "%s %s\n", what, detail ? detail : "");
    if (length >= (int)sizeof line) length = sizeof line - 1;
    int file = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return;
    if (syscall(SYS_write, file, line, length) < 0) abort();
    syscall(SYS_close, file);
}

static void note_path(int folder, const char *path) {
    char whole[2 * PATH_MAX + 2], link[64];
    if (!path || path[0] == '/') { note("write", path); return; }
    ssize_t length = -1;
    if (folder == AT_FDCWD) {
        if (getcwd(whole, PATH_MAX)) length = strlen(whole);
    } else {
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        length = readlink(link, whole, PATH_MAX - 1);
    }
    if (length < 0) length = 0;
    snprintf(whole + length, sizeof whole - length, "/%s", path);
    note("write", whole);
}

static void note_address(const struct sockaddr *address) {
    char name[INET6_ADDRSTRLEN] = "", line[INET6_ADDRSTRLEN + 16];
    if (!address) return;
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *four = (const void *)address;
        inet_ntop(AF_INET, &four->sin_addr, name, sizeof name);
        snprintf(line, sizeof line, "%s %d", name, ntohs(four->sin_port));
    } else if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const void *)address;
        inet_ntop(AF_INET6, &six->sin6_addr, name, sizeof name);
        snprintf(line, sizeof line, "%s %d", name, ntohs(six->sin6_port));
    } else {
        return;
    }
    note("connect", line);
}

static int writes(int flags) { return (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)); }

static int writes_mode(const char *mode) { return strpbrk(mode, "wa+") != NULL; }

int connect(int socket, const struct sockaddr *address, socklen_t length) {
    note_address(address);
    return REAL(connect)(socket, address, length);
}

ssize_t sendto(int socket, const void *data, size_t size, int flags, const struct sockaddr *to, socklen_t length) {
    note_address(to);
    return REAL(sendto)(socket, data, size, flags, to, length);
}

ssize_t sendmsg(int socket, const struct msghdr *message, int flags) {
    note_address(message->msg_name);
    return REAL(sendmsg)(socket, message, flags);
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
    if (name && !(hints && (hints->ai_flags & AI_NUMERICHOST))) note("resolve", name);
    return REAL(getaddrinfo)(name, service, hints, found);
}

struct hostent *gethostbyname(const char *name) {
    note("resolve", name);
    return REAL(gethostbyname)(name);
}

#define OPENS(name)                                                  \
    int name(const char *path, int flags, ...) {                     \
        va_list rest;                                                \
        va_start(rest, flags);                                       \
        int mode = va_arg(rest, int);                                \
        va_end(rest);                                                \
        if (writes(flags)) note_path(AT_FDCWD, path);                \
        return REAL(name)(path, flags, mode);                        \
    }
OPENS(open)
OPENS(open64)

#define OPENS_AT(name)                                               \
    int name(int folder, const char *path, int flags, ...) {         \
        va_list rest;                                                \
        va_start(rest, flags);                                       \
        int mode = va_arg(rest, int);                                \
        va_end(rest);                                                \
        if (writes(flags)) note_path(folder, path);                  \
        return REAL(name)(folder, path, flags, mode);                \
    }
OPENS_AT(openat)
OPENS_AT(openat64)

#define OPENS_STREAM(name)                                           \
    FILE *name(const char *path, const char *mode) {                 \
        if (writes_mode(mode)) note_path(AT_FDCWD, path);            \
        return REAL(name)(path, mode);                               \
    }
OPENS_STREAM(fopen)
OPENS_STREAM(fopen64)

int creat(const char *path, mode_t mode) {
    note_path(AT_FDCWD, path);
    return REAL(creat)(path, mode);
}

int mkdir(const char *path, mode_t mode) {
    note_path(AT_FDCWD, path);
    return REAL(mkdir)(path, mode);
}

int rename(const char *from, const char *to) {
    note_path(AT_FDCWD, to);
    return REAL(rename)(from, to);
}

int symlink(const char *from, const char *to) {
    note_path(AT_FDCWD, to);
    return REAL(symlink)(from, to);
}
