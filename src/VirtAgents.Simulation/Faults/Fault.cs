namespace VirtAgents.Simulation.Faults;

/// <summary>One thing done to a simulated world.</summary>
/// <param name="Kind">What.</param>
/// <param name="Vm">To which VM; null for kinds that are not about one.</param>
/// <param name="Host">To which host; empty when none is needed (a VM or a shared pool says it).</param>
/// <param name="Pool">To which pool; empty for kinds that are not about one.</param>
/// <param name="Device">Disk target of an I/O error, interface of a broken link; empty = the first (for hosts <c>eth1</c>).</param>
/// <param name="Destination">Host to migrate to.</param>
/// <param name="By">How far the clock jumps.</param>
/// <param name="Factor">How many times as long requests take; default 10.</param>
/// <param name="For">When it ends by itself; null = it lasts. Only for kinds that can end.</param>
/// <param name="End">Ends the fault instead of beginning it. Only for kinds that can end.</param>
public sealed record Fault(
    FaultKind Kind,
    VmSelector? Vm = null,
    string Host = "",
    string Pool = "",
    string Device = "",
    string Destination = "",
    TimeSpan By = default,
    double Factor = 10,
    TimeSpan? For = null,
    bool End = false);
