#pragma once
#include <sqlite3.h>

/* What Swift cannot do: call variadic functions, and use macros that cast an integer to a function pointer. */

/* sqlite3_db_config for the options that turn something on or off. */
static inline int aniwho_sqlite3_switch(sqlite3 *database, int option, int on) {
    return sqlite3_db_config(database, option, on, (int *)0);
}

/* Binds a copy of the bytes as a BLOB; a null pointer with zero bytes is an empty BLOB, not NULL. */
static inline int aniwho_sqlite3_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
    return sqlite3_bind_blob64(statement, index, count ? bytes : "", count, SQLITE_TRANSIENT);
}

/* Binds a copy of the bytes as UTF-8 text. */
static inline int aniwho_sqlite3_bind_text(sqlite3_stmt *statement, int index, const char *bytes, sqlite3_uint64 count) {
    return sqlite3_bind_text64(statement, index, count ? bytes : "", count, SQLITE_TRANSIENT, SQLITE_UTF8);
}
