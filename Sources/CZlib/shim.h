#include <zlib.h>

// `deflateInit2` is a macro, which Swift does not see. 15 + 16 is the largest window, with gzip's header.
static inline int wcc_gzip_begin(z_stream *stream) {
    return deflateInit2(stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
}
