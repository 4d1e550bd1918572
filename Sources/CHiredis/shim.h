#include <hiredis/hiredis.h>

// The reader of hiredis, which makes of each list what the other side says is its length, before any of it has come.
// This one refuses lists that none of our commands is answered by.

#define WCC_REDIS_LONGEST_LIST 1024

#if HIREDIS_MAJOR >= 1
typedef size_t wcc_redis_count;
#else
typedef int wcc_redis_count;
#endif

// The functions of hiredis are behind the reader's own data, which every task can see.
static void *wcc_redis_short_list(const redisReadTask *task, wcc_redis_count count) {
    redisReplyObjectFunctions *plain = (redisReplyObjectFunctions *)task->privdata;
    return count > WCC_REDIS_LONGEST_LIST ? NULL : plain->createArray(task, count);
}

// `functions` must live as long as the reader.
static inline redisReader *wcc_redis_reader(redisReplyObjectFunctions *functions) {
    redisReader *reader = redisReaderCreate();
    if (!reader) return NULL;
    *functions = *reader->fn;
    functions->createArray = wcc_redis_short_list;
    reader->privdata = reader->fn;
    reader->fn = functions;
    return reader;
}

// What it says about the first reply that is whole; `reply` stays NULL if none is.
static inline int wcc_redis_next(redisReader *reader, redisReply **reply) {
    void *found = NULL;
    int result = redisReaderGetReply(reader, &found);
    *reply = (redisReply *)found;
    return result;
}
