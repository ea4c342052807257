namespace VirtAgents.Agent.Configuration;

/// <summary>What may be done on the host, and where that is recorded.</summary>
internal sealed class ActingOptions
{
    /// <summary>Policy file; empty = the usual one, or for simulated hosts none.</summary>
    public string Policy { get; set; } = "";

    /// <summary>Directory of the journal; empty = that of the spool.</summary>
    public string Journal { get; set; } = "";

    /// <summary>Directories whose storage every host to migrate to has as well; absolute paths.</summary>
    public IReadOnlyList<string> SharedDirectories { get; set; } = [];
}
