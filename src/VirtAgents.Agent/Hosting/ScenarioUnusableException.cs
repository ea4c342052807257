namespace VirtAgents.Agent.Hosting;

/// <summary>The scenario file has errors; the message names all of them.</summary>
internal sealed class ScenarioUnusableException : Exception
{
    public ScenarioUnusableException()
    {
    }

    public ScenarioUnusableException(string message)
        : base(message)
    {
    }

    public ScenarioUnusableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
