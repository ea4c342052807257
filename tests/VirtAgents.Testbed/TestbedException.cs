namespace VirtAgents.Testbed;

/// <summary>A command of the testbed failed or took too long; the message has what it printed.</summary>
public sealed class TestbedException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public TestbedException()
    {
    }

    /// <summary>Makes an exception with a message.</summary>
    public TestbedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message and its cause.</summary>
    public TestbedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
