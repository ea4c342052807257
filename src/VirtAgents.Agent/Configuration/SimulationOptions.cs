namespace VirtAgents.Agent.Configuration;

/// <summary>The made-up estate.</summary>
internal sealed class SimulationOptions
{
    public int Hosts { get; set; }

    public int VmsPerHost { get; set; }

    public long Seed { get; set; }

    /// <summary>File with faults to play; empty = none.</summary>
    public string Scenario { get; set; } = "";

    /// <summary>Unix socket that takes faults while the simulation runs; empty = none.</summary>
    public string ControlSocket { get; set; } = "";

    /// <summary>Simulated seconds per second.</summary>
    public double Speed { get; set; }

    /// <summary>Each simulated host has a spool on disk instead of a small one in memory.</summary>
    public bool Spool { get; set; }
}
