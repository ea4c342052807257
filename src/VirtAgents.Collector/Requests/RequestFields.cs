using VirtAgents.Collector.Control;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using CoreStage = VirtAgents.Core.Scheduling.Requests.RequestStage;
using VmState = VirtAgents.Core.Model.VmState;

namespace VirtAgents.Collector.Requests;

/// <summary>Checks the fields of a request.</summary>
internal static class RequestFields
{
    private const double LongestEstimate = 31_536_000;
    private const int MostPriority = 1_000, LongestTenant = 255;

    /// <summary>A row of what was asked for.</summary>
    /// <exception cref="QueryRefusedException">A field is out of range.</exception>
    public static StartRequestRow ToRow(SubmitRequestRequest request, Guid id, DirectiveTargetChoice target, long nowUnixMs) => new()
    {
        Id = id,
        VmId = target.Vm!.Id.Value,
        VmName = target.Vm.Name,
        HostId = target.Host.Id.Value,
        HostName = target.Host.Name,
        Tenant = Tenant(request.Tenant, target.Vm),
        Vcpus = target.Vm.VcpuCount,
        MemoryBytes = target.Vm.MemoryBytes,
        EstimateSeconds = request.HasEstimateSeconds ? Estimate(request.EstimateSeconds) : null,
        Priority = request.HasPriority ? Priority(request.Priority) : null,
        NotBeforeUnixMs = NotBefore(request.NotBeforeUnixMs),
        DeadlineUnixMs = Deadline(request.DeadlineUnixMs, request.NotBeforeUnixMs, nowUnixMs),
        Actor = DirectiveFields.Actor(request.Actor),
        Note = DirectiveFields.Text("note", request.Note),
        IsAnywhere = request.Anywhere ? true : null,
        Stage = CoreStage.Waiting,
        IsOpen = true,
        SubmittedUnixMs = nowUnixMs,
    };

    /// <summary>Why a VM in a state is not to be started, for people; null = it is off, or may be.</summary>
    public static string? WhyNotOff(VmState state) => state switch
    {
        VmState.Unknown or VmState.ShutOff or VmState.ShuttingDown or VmState.Crashed => null,
        VmState.Running => "it runs already",
        _ => $"it is {state.ToString().ToLowerInvariant()}, not off",
    };

    private static string Tenant(string text, VmInfo vm) => vm.Tenant.Length == 0
        ? text.Length <= LongestTenant && !text.Any(char.IsControl) ? text : throw QueryRefusedException.Invalid("tenant", text.Length <= 64 ? text : text[..64] + "…", $"at most {LongestTenant} printable characters")
        : text.Length == 0 || text == vm.Tenant ? vm.Tenant
        : throw QueryRefusedException.Invalid("tenant", text, $"the VM is tenant {vm.Tenant}'s; leave it out");

    private static double Estimate(double seconds) => seconds is >= 1 and <= LongestEstimate
        ? seconds
        : throw QueryRefusedException.Invalid("estimate_seconds", seconds, $"1 to {LongestEstimate} seconds; leave it out when it is unknown");

    private static int Priority(int priority) => priority is >= 0 and <= MostPriority
        ? priority
        : throw QueryRefusedException.Invalid("priority", priority, $"0 to {MostPriority}");

    private static long NotBefore(long unixMs) => unixMs >= 0 && unixMs <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
        ? unixMs
        : throw QueryRefusedException.Invalid("not_before_unix_ms", unixMs, "milliseconds since 1970 UTC, or 0 for at once");

    private static long Deadline(long unixMs, long notBefore, long nowUnixMs) =>
        unixMs == 0 || (unixMs > nowUnixMs && unixMs > notBefore && unixMs <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
            ? unixMs
            : throw QueryRefusedException.Invalid("deadline_unix_ms", unixMs, $"milliseconds since 1970 UTC, after now ({nowUnixMs}) and after not_before_unix_ms, or 0 for none");
}
