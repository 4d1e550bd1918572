import CHiredis

/// Reads replies out of whatever pieces they arrive in, with hiredis.
///
/// What it is fed comes from another machine, and it believes none of it: not a length, not that an end will come.
final class ReplyReader {
    /// Bytes that may arrive before a reply is whole.
    static let largest = 256 * 1024

    private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>
    private let reader: UnsafeMutablePointer<redisReader>
    private var unread = 0

    init() throws(RedisError) {
        let functions = UnsafeMutablePointer<redisReplyObjectFunctions>.allocate(capacity: 1)
        guard let reader = wcc_redis_reader(functions) else {
            functions.deallocate()
            throw .broken
        }
        self.functions = functions
        self.reader = reader
    }

    deinit {
        redisReaderFree(self.reader)
        self.functions.deallocate()
    }

    func feed(_ bytes: UnsafeRawBufferPointer) throws(RedisError) {
        guard let start = bytes.baseAddress else { return }
        self.unread += bytes.count
        guard self.unread <= Self.largest,
            redisReaderFeed(self.reader, start.assumingMemoryBound(to: CChar.self), bytes.count) == REDIS_OK
        else { throw .broken }
    }

    /// The next reply that is whole; `nil` if none is.
    func next() throws(RedisError) -> RedisValue? {
        var reply: UnsafeMutablePointer<redisReply>?
        guard wcc_redis_next(self.reader, &reply) == REDIS_OK else { throw .broken }
        guard let reply else { return nil }
        defer { freeReplyObject(reply) }
        self.unread = 0
        return try Self.value(reply.pointee)
    }

    /// As deep as hiredis lets it be, which is seven lists in each other.
    private static func value(_ reply: redisReply) throws(RedisError) -> RedisValue {
        switch reply.type {
        case REDIS_REPLY_INTEGER: return .number(Int(reply.integer))
        case REDIS_REPLY_NIL: return .nothing
        case REDIS_REPLY_STRING, REDIS_REPLY_STATUS: return .text(Self.text(reply))
        case REDIS_REPLY_ERROR: return .error(Self.text(reply))
        case REDIS_REPLY_ARRAY:
            var values: [RedisValue] = []
            for index in 0..<Int(reply.elements) {
                guard let element = reply.element?[index] else { throw .broken }
                values.append(try Self.value(element.pointee))
            }
            return .list(values)
        default: throw .broken
        }
    }

    private static func text(_ reply: redisReply) -> String {
        guard let start = reply.str else { return "" }
        return String(
            decoding: UnsafeRawBufferPointer(start: UnsafeRawPointer(start), count: Int(reply.len)), as: UTF8.self)
    }
}
