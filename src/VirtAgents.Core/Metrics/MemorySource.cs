namespace VirtAgents.Core.Metrics;

/// <summary>Where figures of a VM's memory come from, and so what they are worth. The numbers are those of the API.</summary>
public enum MemorySource
{
    /// <summary>Nothing is known.</summary>
    None = 0,

    /// <summary>The host: what the process of the VM holds. What its operating system uses of that is not known.</summary>
    Host = 1,

    /// <summary>The operating system of the VM, by its balloon driver, and it still tells it.</summary>
    Guest = 2,
}
