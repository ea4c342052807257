namespace VirtAgents.Agent.Hosting;

/// <summary>How the process ends; part of the documented interface.</summary>
internal enum ExitCode
{
    /// <summary>Stopped on request, or the check found nothing wrong.</summary>
    Fine = 0,

    /// <summary>Something unexpected; the log has the details.</summary>
    Failed = 1,

    /// <summary>Wrong arguments or configuration; every error was printed.</summary>
    Misconfigured = 2,

    /// <summary>There is no hypervisor to observe, and waiting will not help.</summary>
    NoHypervisor = 3,

    /// <summary>The spool directory cannot be used.</summary>
    NoSpool = 4,

    /// <summary>The policy that was tried refuses the directive.</summary>
    Refused = 5,
}
