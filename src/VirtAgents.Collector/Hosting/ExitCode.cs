namespace VirtAgents.Collector.Hosting;

/// <summary>How the process ended; the numbers are documented in the help and must not change.</summary>
internal enum ExitCode
{
    /// <summary>Stopped as asked.</summary>
    Success = 0,

    /// <summary>Something unexpected.</summary>
    Failure = 1,

    /// <summary>Settings or arguments are wrong.</summary>
    InvalidSettings = 2,

    /// <summary>The store cannot be used.</summary>
    StoreUnusable = 3,

    /// <summary>An address is in use or not permitted.</summary>
    AddressUnavailable = 4,
}
