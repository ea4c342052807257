namespace VirtAgents.Core.Detection.Incidents;

/// <summary>How much a finding matters. The numbers are part of the API and of the control database: never reuse one.</summary>
public enum Severity
{
    /// <summary>Not a severity; as a filter: any.</summary>
    Unspecified = 0,

    /// <summary>Worth knowing; nobody has to do anything.</summary>
    Information = 1,

    /// <summary>Something works worse, or may soon stop.</summary>
    Warning = 2,

    /// <summary>Something does not work, or cannot be seen.</summary>
    Error = 3,

    /// <summary>A VM or a part that many VMs need has stopped.</summary>
    Critical = 4,
}
