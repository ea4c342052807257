namespace VirtAgents.Storage;

/// <summary>A store cannot be opened, read or maintained; the message says why and what to do.</summary>
public sealed class StoreUnusableException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public StoreUnusableException()
    {
    }

    /// <summary>Makes an exception with a message for the operator.</summary>
    public StoreUnusableException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message for the operator and its cause.</summary>
    public StoreUnusableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
