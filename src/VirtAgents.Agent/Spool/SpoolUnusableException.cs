namespace VirtAgents.Agent.Spool;

/// <summary>The spool directory cannot be used; the message tells the operator what to change.</summary>
internal sealed class SpoolUnusableException : Exception
{
    public SpoolUnusableException()
    {
    }

    public SpoolUnusableException(string message)
        : base(message)
    {
    }

    public SpoolUnusableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
