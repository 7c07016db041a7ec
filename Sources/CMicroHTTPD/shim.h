#pragma once
#define _GNU_SOURCE
#include <microhttpd.h>
#include <sys/socket.h>

// What Swift cannot do: call variadic C functions, read a union that a function returns, use macros with casts.

/// The size of a response of unknown length, and the value that its reader returns at the end.
static const uint64_t aniwho_mhd_unknown_size = MHD_SIZE_UNKNOWN;
static const ssize_t aniwho_mhd_end_of_stream = MHD_CONTENT_READER_END_OF_STREAM;

typedef void *(*aniwho_mhd_target)(void *context, const char *target, struct MHD_Connection *connection);

/// The functions that libmicrohttpd calls. `target` gets the request's target as it was sent, still percent-encoded, and returns the
/// object that belongs to the request.
struct aniwho_mhd_callbacks {
    aniwho_mhd_target target;
    MHD_AccessHandlerCallback handler;
    MHD_RequestCompletedCallback completed;
    MHD_NotifyConnectionCallback connection;
};

/// Starts a daemon without a listening socket, to which connections are added. One thread polls them; handlers may suspend connections.
static inline struct MHD_Daemon *aniwho_mhd_start(
    unsigned int idle_seconds, unsigned int connections, const struct aniwho_mhd_callbacks *callbacks, void *context) {
    // With these sizes a picture arrives in one or two pieces instead of a dozen. Memory that a connection does not use costs nothing.
    const size_t limit = 128 << 10, increment = 64 << 10;
    return MHD_start_daemon(
        MHD_USE_AUTO_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET, 0, NULL, NULL,
        callbacks->handler, context, MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds, MHD_OPTION_CONNECTION_LIMIT,
        connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT, limit, MHD_OPTION_CONNECTION_MEMORY_INCREMENT, increment,
        MHD_OPTION_URI_LOG_CALLBACK, callbacks->target, context, MHD_OPTION_NOTIFY_COMPLETED, callbacks->completed,
        context, MHD_OPTION_NOTIFY_CONNECTION, callbacks->connection, context, MHD_OPTION_END);
}

/// The descriptor of a connection's socket, or -1.
static inline int aniwho_mhd_descriptor(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? -1 : info->connect_fd;
}

/// The id of the user at the other end of a Unix socket, or -1.
static inline long aniwho_peer(int descriptor) {
    struct ucred credentials;
    socklen_t length = sizeof credentials;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) return -1;
    return (long)credentials.uid;
}

/// Accepts a waiting connection. Its descriptor is non-blocking, and children do not inherit it.
static inline int aniwho_accept(int listening, void *address, unsigned int *length) {
    return accept4(listening, (struct sockaddr *)address, length, SOCK_CLOEXEC | SOCK_NONBLOCK);
}
