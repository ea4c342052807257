namespace VirtAgents.Agent.Hosting;

/// <summary>The simulation that is configured cannot be had; the message says everything that is wrong.</summary>
internal sealed class SimulationUnusableException : Exception
{
    public SimulationUnusableException()
    {
    }

    public SimulationUnusableException(string message)
        : base(message)
    {
    }

    public SimulationUnusableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
