package import Kernel

/// The running of the installation itself, as those see it who look after it.
package enum OperationsModule {
    package static let permissions: [any Permission.Type] = [ListFailedJobs.self, RetryJobs.self, ReadPolicy.self]
}
