namespace VirtAgents.Hypervisors;

/// <summary>The adapter cannot work on this host and trying again will not help; the message says what to install or set.</summary>
public sealed class HypervisorUnavailableException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public HypervisorUnavailableException()
    {
    }

    /// <summary>Makes an exception with a message for the operator.</summary>
    public HypervisorUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message for the operator and its cause.</summary>
    public HypervisorUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
