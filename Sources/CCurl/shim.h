#pragma once
// As in CMicroHTTPD, which the daemon uses beside this: glibc's structures differ with it.
#define _GNU_SOURCE
#include <curl/curl.h>
#include <netinet/in.h>
#include <string.h>

// Swift cannot call C variadics: one function for each type of argument. The parentheses keep curl's type-checking macros away.

static inline CURLcode aniwho_curl_set_long(CURL *handle, CURLoption option, long value) {
    return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode aniwho_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode aniwho_curl_set_string(CURL *handle, CURLoption option, const char *value) {
    return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode aniwho_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return (curl_easy_setopt)(handle, option, value);
}

typedef size_t (*aniwho_curl_write)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode aniwho_curl_set_write(CURL *handle, aniwho_curl_write function, void *context) {
    CURLcode code = (curl_easy_setopt)(handle, CURLOPT_WRITEFUNCTION, function);
    return code != CURLE_OK ? code : (curl_easy_setopt)(handle, CURLOPT_WRITEDATA, context);
}

typedef curl_socket_t (*aniwho_curl_open_socket)(void *context, curlsocktype purpose, struct curl_sockaddr *address);

static inline CURLcode aniwho_curl_set_open_socket(CURL *handle, aniwho_curl_open_socket function, void *context) {
    CURLcode code = (curl_easy_setopt)(handle, CURLOPT_OPENSOCKETFUNCTION, function);
    return code != CURLE_OK ? code : (curl_easy_setopt)(handle, CURLOPT_OPENSOCKETDATA, context);
}

/// Copies the bytes of an IP address, in network order, and returns their number; 0 for other addresses.
static inline int aniwho_curl_address(const struct curl_sockaddr *address, unsigned char bytes[16]) {
    // libcurl's structure ends with the address, of which its declaration shows the beginning only.
    const void *start = &address->addr;
    if (address->family == AF_INET && address->addrlen >= sizeof(struct sockaddr_in)) {
        memcpy(bytes, &((const struct sockaddr_in *)start)->sin_addr, 4);
        return 4;
    }
    if (address->family == AF_INET6 && address->addrlen >= sizeof(struct sockaddr_in6)) {
        memcpy(bytes, &((const struct sockaddr_in6 *)start)->sin6_addr, 16);
        return 16;
    }
    return 0;
}

/// The socket that libcurl asks for, which no child process gets.
static inline curl_socket_t aniwho_curl_socket(const struct curl_sockaddr *address) {
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static inline CURLcode aniwho_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return (curl_easy_getinfo)(handle, info, value);
}

static inline CURLcode aniwho_curl_get_string(CURL *handle, CURLINFO info, const char **value) {
    return (curl_easy_getinfo)(handle, info, value);
}
