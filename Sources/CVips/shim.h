#include <vips/vips.h>

// The functions of libvips take what is optional as variable arguments, which Swift cannot call. These are the few that
// are needed; each answers 0 if all is well, and leaves nothing behind otherwise.

static void wcc_vips_discard(const gchar *domain, GLogLevelFlags level, const gchar *text, gpointer data) {
    (void)domain, (void)level, (void)text, (void)data;
}

// Nothing is kept between pictures, each is worked on by the thread that asks, and what libvips says of a broken one
// goes nowhere: standard error is for our own lines.
static inline int wcc_vips_start(void) {
    if (VIPS_INIT("wcc")) return -1;
    g_log_set_handler("VIPS", G_LOG_LEVEL_MASK, wcc_vips_discard, NULL);
    vips_block_untrusted_set(TRUE);
    vips_concurrency_set(1);
    vips_cache_set_max(0);
    return 0;
}

// Reads the header only. The bytes must stay until the picture is let go.
static inline int wcc_vips_open_jpeg(const void *bytes, size_t count, int shrink, VipsImage **picture) {
    return vips_jpegload_buffer((void *)bytes, count, picture, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
        VIPS_FAIL_ON_TRUNCATED, "shrink", shrink, NULL);
}

static inline int wcc_vips_open_png(const void *bytes, size_t count, VipsImage **picture) {
    return vips_pngload_buffer((void *)bytes, count, picture, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
        VIPS_FAIL_ON_TRUNCATED, NULL);
}

// Whether it comes in several passes over all of it, and so is held whole while it is read.
static inline int wcc_vips_is_in_passes(VipsImage *picture) {
    return vips_image_get_typeof(picture, "interlaced") != 0 || vips_image_get_typeof(picture, "jpeg-multiscan") != 0;
}

// Turned the right way up, its most striking square, in sRGB with 8 bits, on white where it is transparent.
static inline int wcc_vips_square(VipsImage *picture, int side, VipsImage **square) {
    VipsImage *parts[3] = {NULL, NULL, NULL};
    double white[3] = {255, 255, 255};
    VipsArrayDouble *paper = vips_array_double_new(white, 3);
    int failed =
        vips_thumbnail_image(picture, &parts[0], side, "height", side, "crop", VIPS_INTERESTING_ATTENTION,
            "export_profile", "srgb", NULL)
        || vips_colourspace(parts[0], &parts[1], VIPS_INTERPRETATION_sRGB, NULL)
        || (vips_image_hasalpha(parts[1])
                ? vips_flatten(parts[1], &parts[2], "background", paper, NULL)
                : vips_copy(parts[1], &parts[2], NULL));
    if (!failed) {
        *square = vips_image_copy_memory(parts[2]);
        failed = *square == NULL;
    }
    vips_area_unref(VIPS_AREA(paper));
    for (int i = 0; i < 3; i++) if (parts[i]) g_object_unref(parts[i]);
    return failed ? -1 : 0;
}

static inline int wcc_vips_resize(VipsImage *square, int side, VipsImage **smaller) {
    return vips_thumbnail_image(square, smaller, side, "height", side, "size", VIPS_SIZE_FORCE, NULL);
}

// Without anything but the picture: no place, no time, no camera, no profile.
static inline int wcc_vips_jpeg(VipsImage *picture, int quality, void **bytes, size_t *count) {
    return vips_jpegsave_buffer(picture, bytes, count, "Q", quality, "strip", TRUE, "optimize_coding", TRUE, NULL);
}

static inline void wcc_vips_let_go(VipsImage *picture) {
    if (picture) g_object_unref(picture);
}

// The thread's own buffers, too, and what was said of a picture that failed.
static inline void wcc_vips_end(void) {
    vips_error_clear();
    vips_thread_shutdown();
}
