using VirtAgents.Core.Scheduling.Recovery;

namespace VirtAgents.Collector.Configuration;

/// <summary>Reads what becomes of the VMs of hosts that are confirmed to be off, a part of the schedule policy.</summary>
internal static class RecoveryPolicyReader
{
    public static RecoveryPolicy Check(RecoveryText? text, string at, List<string> problems)
    {
        RecoveryPolicy usual = RecoveryPolicy.None;
        return text is null ? usual : new(JsonFile.Choice(text.Mode, JsonFile.ModesWithoutApproval, at + "mode", problems), JsonFile.Number(text.MaxPerHost, usual.MaxPerHost, 1, 100, at + "maxPerHost", problems))
        {
            Vm = text.Vm ?? "",
            Tenant = text.Tenant ?? "",
        };
    }

    /// <summary>The part as it is written.</summary>
    internal sealed record RecoveryText(string? Mode, string? Vm, string? Tenant, int? MaxPerHost);
}
